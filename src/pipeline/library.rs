//! The templates of a run: the embedded families and the user's own.

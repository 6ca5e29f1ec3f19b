//! Binding as a whole, on hand-made grids.

mod breaks;
mod delimited;
mod families;
mod property;
mod recognised;
mod ruled;
pub(super) mod sheet;

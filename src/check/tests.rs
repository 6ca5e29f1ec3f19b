//! Each rule fires where it should and is silent where it should be.

pub(super) mod builder;
mod data;
mod dates;
mod document;
mod funds;
mod goals;
mod indicators;
mod seed;
mod targets;
mod taxonomy;
mod weights;

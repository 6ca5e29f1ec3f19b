//! shenbao turns archived PDF declaration forms into data people can trust.
#![forbid(unsafe_code)]

pub mod check;
pub mod emit;
pub mod golden;
pub mod layout;
pub mod model;
pub mod normalize;
pub mod pipeline;
pub mod source;
pub mod template;

//! Tests of the program from outside, and of the house as a whole.

mod architecture;
mod bad_input;
mod convert;
mod golden;
mod house;
mod pdf;
mod reference;
mod schema;
mod seed;
mod shenbao;

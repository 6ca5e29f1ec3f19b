//! The JSON of the data contract, `shenbao/1`.

//! Tells tables from what only looks like one.

use super::Surroundings;
use super::bands::Band;
use super::blocks::Block;
use super::pieces::Piece;
use super::rows::Rows;

/// Fewest rows with two filled cells.
const MIN_ROWS: usize = 3;

/// Whether a zone is a table.
pub fn is_table(
    _pieces: &[Piece],
    blocks: &[Block],
    rows: &Rows,
    bands: &[Band],
    around: &Surroundings<'_>,
) -> bool {
    let mut filled = vec![0_usize; rows.rows.len()];
    for (_, &(from, to)) in blocks.iter().zip(&rows.of) {
        for n in filled.iter_mut().take(to).skip(from) {
            *n += 1;
        }
    }
    let good = filled.iter().filter(|&&n| n >= 2).count();
    let needed = if around.ruled.is_empty() { MIN_ROWS } else { MIN_ROWS + 1 };
    let columns = bands.iter().map(|b| b.columns.len()).max().unwrap_or(0);
    good >= needed && columns >= 2
}

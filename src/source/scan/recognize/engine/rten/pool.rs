//! The greatest value of each square of 2 × 2, step by step.

use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};

/// Pools each plane of `input` (pictures, channels, rows, columns): a value becomes the greatest of
/// itself, the ones to its right and below, and the one between these. At the right and lower edge
/// fewer are compared, so that the shape stays (ONNX: `SAME_UPPER`, strides of 1).
pub fn pooled(input: NdTensorView<f32, 4>) -> NdTensor<f32, 4> {
    let shape = input.shape();
    let [.., rows, width] = shape;
    let input = input.to_contiguous();
    let mut out = Vec::with_capacity(input.len());
    let mut row = vec![0.0_f32; width];
    for plane in input.data().chunks_exact((rows * width).max(1)) {
        for y in 0..rows {
            let upper = &plane[y * width..][..width];
            let lower = plane[y * width..].get(width..2 * width).unwrap_or(upper);
            for ((value, a), b) in row.iter_mut().zip(upper).zip(lower) {
                *value = a.max(*b);
            }
            out.extend(row.iter().zip(row.iter().skip(1)).map(|(a, b)| a.max(*b)));
            out.extend(row.last());
        }
    }
    NdTensor::from_data(shape, out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_the_greatest_of_its_square() {
        let data = [1.0, 5.0, 2.0, 0.0, -1.0, 3.0, 7.0, 0.0, -2.0, -3.0, 0.0, -4.0];
        let planes = data.into_iter().chain(data.map(|v| -v)).collect::<Vec<f32>>();
        let input = NdTensor::from_data([1, 2, 4, 3], planes);
        let found = pooled(input.view());
        let greatest = |plane: usize, y: usize, x: usize| {
            let rows = y..(y + 2).min(4);
            let values = rows.flat_map(|y| (x..(x + 2).min(3)).map(move |x| (y, x)));
            values.map(|(y, x)| input[[0, plane, y, x]]).fold(f32::NEG_INFINITY, f32::max)
        };
        for (plane, y, x) in (0..24).map(|i| (i / 12, i / 3 % 4, i % 3)) {
            assert_eq!(found[[0, plane, y, x]], greatest(plane, y, x));
        }
        let none = NdTensor::from_data([1, 2, 0, 3], Vec::new());
        assert_eq!(pooled(none.view()).shape(), [1, 2, 0, 3]);
    }
}

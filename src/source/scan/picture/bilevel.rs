//! Fax pages: dots and pin holes go before any resampling makes them gray.

use image::GrayImage;

/// Whether nearly every pixel is black or white, as in a 1-bit picture.
pub fn is_bilevel(gray: &GrayImage) -> bool {
    let between = gray.as_raw().iter().filter(|&&v| (17..239).contains(&v)).count();
    between * 1000 <= gray.as_raw().len()
}

/// Deletes single dots (and pairs) and fills holes of one pixel. The smallest mark of a 6 pt
/// print, its full stop, has four pixels at 150 dpi.
pub fn clean(gray: &mut GrayImage) {
    let (w, h) = (gray.width() as usize, gray.height() as usize);
    if w < 3 || h < 3 {
        return;
    }
    let mut changes: Vec<(usize, u8)> = Vec::new();
    let data = gray.as_raw();
    let dark = |i: usize| data[i] < 128;
    let around =
        |i: usize| [i - w - 1, i - w, i - w + 1, i - 1, i + 1, i + w - 1, i + w, i + w + 1];
    for y in 1..h - 1 {
        for x in 1..w - 1 {
            let i = y * w + x;
            if dark(i) {
                let mut others = around(i).into_iter().filter(|&j| dark(j));
                let lone = match (others.next(), others.next()) {
                    (None, _) => true,
                    // A pair: the other has no neighbour but this one.
                    (Some(j), None) => {
                        let (jx, jy) = (j % w, j / w);
                        (1..w - 1).contains(&jx)
                            && (1..h - 1).contains(&jy)
                            && around(j).into_iter().filter(|&k| dark(k)).count() == 1
                    }
                    _ => false,
                };
                if lone {
                    changes.push((i, 255));
                }
            } else if dark(i - 1) && dark(i + 1) && dark(i - w) && dark(i + w) {
                changes.push((i, 0));
            }
        }
    }
    let data: &mut [u8] = gray;
    for (i, v) in changes {
        data[i] = v;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    #[test]
    fn dots_go_holes_close_and_full_stops_stay() {
        let mut gray = GrayImage::from_pixel(40, 40, Luma([255]));
        for (x, y) in [(5, 5), (9, 20), (10, 21), (20, 20), (21, 20), (20, 21), (21, 21)] {
            gray.put_pixel(x, y, Luma([0]));
        }
        for (x, y) in [(30, 29), (29, 30), (31, 30), (30, 31)] {
            gray.put_pixel(x, y, Luma([0]));
        }
        clean(&mut gray);
        assert_eq!(gray.get_pixel(5, 5)[0], 255);
        assert_eq!((gray.get_pixel(9, 20)[0], gray.get_pixel(10, 21)[0]), (255, 255));
        assert_eq!((gray.get_pixel(20, 20)[0], gray.get_pixel(21, 21)[0]), (0, 0));
        assert_eq!(gray.get_pixel(30, 30)[0], 0);
    }
}

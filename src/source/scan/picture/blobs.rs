//! Connected pieces of ink.

use super::PixelBox;
use super::ink::{Ink, runs};

/// A run of ink in one row: `x0..x1`, and the blob it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    pub y: u32,
    pub x0: u32,
    pub x1: u32,
    pub blob: u32,
}

/// An eight-connected piece of ink.
#[derive(Clone, Copy, Debug)]
pub struct Blob {
    pub bbox: PixelBox,
    /// Pixels of ink.
    pub area: u32,
}

/// The blobs of a picture, and its runs from top to bottom, left to right.
pub fn find(ink: &Ink) -> (Vec<Blob>, Vec<Run>) {
    let mut all: Vec<Run> = Vec::new();
    let mut parent: Vec<u32> = Vec::new();
    let mut above = 0..0;
    for y in 0..ink.height {
        let start = all.len();
        let mut candidate = above.start;
        for (x0, x1) in runs(ink.row(y)) {
            let (x0, x1) = (x0 as u32, x1 as u32);
            while candidate < above.end && all[candidate].x1 < x0 {
                candidate += 1;
            }
            let mut blob = None;
            let touching = (candidate..above.end).take_while(|&i| all[i].x0 <= x1);
            for i in touching {
                let root = root(&mut parent, all[i].blob);
                match blob {
                    None => blob = Some(root),
                    Some(own) if own != root => {
                        let (low, high) = (root.min(own), root.max(own));
                        parent[high as usize] = low;
                        blob = Some(low);
                    }
                    Some(_) => {}
                }
            }
            let blob = blob.unwrap_or_else(|| {
                parent.push(parent.len() as u32);
                parent.len() as u32 - 1
            });
            all.push(Run { y: y as u32, x0, x1, blob });
        }
        above = start..all.len();
    }
    let mut number = vec![u32::MAX; parent.len()];
    let mut blobs: Vec<Blob> = Vec::new();
    for run in &mut all {
        let root = root(&mut parent, run.blob) as usize;
        if number[root] == u32::MAX {
            number[root] = blobs.len() as u32;
            let bbox = PixelBox { x0: run.x0, y0: run.y, x1: run.x1, y1: run.y + 1 };
            blobs.push(Blob { bbox, area: 0 });
        }
        run.blob = number[root];
        let blob = &mut blobs[run.blob as usize];
        blob.area += run.x1 - run.x0;
        blob.bbox.x0 = blob.bbox.x0.min(run.x0);
        blob.bbox.x1 = blob.bbox.x1.max(run.x1);
        blob.bbox.y1 = run.y + 1;
    }
    (blobs, all)
}

/// The representative of a set, with path halving.
fn root(parent: &mut [u32], mut i: u32) -> u32 {
    while parent[i as usize] != i {
        parent[i as usize] = parent[parent[i as usize] as usize];
        i = parent[i as usize];
    }
    i
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_horseshoe_is_one_blob_and_a_corner_connects() {
        let rows = ["1.1..", "1.1..", "111..", "...1.", "....."];
        let data = rows.concat().bytes().map(|b| u8::from(b == b'1')).collect();
        let (blobs, runs) = find(&Ink { width: 5, height: 5, data });
        assert_eq!(blobs.len(), 1);
        assert_eq!(blobs[0].area, 8);
        assert_eq!(blobs[0].bbox, PixelBox { x0: 0, y0: 0, x1: 4, y1: 4 });
        assert!(runs.iter().all(|r| r.blob == 0));
    }
}

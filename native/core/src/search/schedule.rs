//! How an attempt is dealt out: into parts that threads take one after the other, smaller ones at the end, so that a slow core
//! (an efficiency core, or one that is shared) does not keep an attempt open for long after the others have left it.

use std::ops::Range;

/// Parts for each thread that the last of an attempt are to be smaller than: a core of half the speed then ends at most 3 %
/// late with one of them.
const LAST: usize = 64;

/// Cuts `total` into parts of at most `most` and, except for the last one, a multiple of `step`: each at most half of what would
/// be a thread's share of the rest, as long as that is more than the smallest part. One thread alone is late for nothing.
pub fn parts(total: usize, most: usize, step: usize, threads: usize) -> Vec<Range<usize>> {
    let rounded = |size: usize| (size / step * step).max(step);
    let least = rounded(total / (threads * LAST));
    let mut parts = Vec::new();
    let mut next = 0;
    while next < total {
        let share = match threads {
            1 => total,
            _ => rounded((total - next) / (2 * threads)).max(least),
        };
        let end = (next + share.min(rounded(most))).min(total);
        parts.push(next..end);
        next = end;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When the last thread ends, as a multiple of the time that all of them together need for `total`.
    fn lateness(parts: &[Range<usize>], speeds: &[f64]) -> f64 {
        let mut free = vec![0.0f64; speeds.len()];
        for part in parts {
            let (first, _) = (free.iter().enumerate())
                .min_by(|a, b| a.1.total_cmp(b.1))
                .unwrap();
            free[first] += part.len() as f64 / speeds[first];
        }
        let total: usize = parts.iter().map(Range::len).sum();
        free.into_iter().fold(0.0, f64::max) * speeds.iter().sum::<f64>() / total as f64
    }

    /// So many cores, and as many of another speed.
    fn cores(fast: usize, slow: usize, speed: f64) -> Vec<f64> {
        [vec![1.0; fast], vec![speed; slow]].concat()
    }

    #[test]
    fn parts_follow_each_other_to_the_end_within_their_bounds() {
        for (total, most, step, threads) in [
            (1024, 16, 1, 2),
            (1000, 16, 2, 3),
            (7, 16, 2, 8),
            (1, 1, 1, 1),
        ] {
            let parts = parts(total, most, step, threads);
            assert_eq!((parts[0].start, parts.last().unwrap().end), (0, total));
            assert!(parts.windows(2).all(|pair| pair[0].end == pair[1].start));
            assert!(parts.iter().all(|part| (1..=most).contains(&part.len())));
            assert!(
                parts[1..]
                    .iter()
                    .all(|part| part.start.is_multiple_of(step))
            );
        }
    }

    #[test]
    fn an_attempt_on_cores_of_two_speeds_ends_within_3_percent_of_the_ideal() {
        // Rows of tiles in the shapes `light` and `large`, at most 256 rows a part, in strips of 8 and of 32 rows.
        let cases = [
            (1024, 1, cores(1, 1, 0.5)),
            (1024, 1, cores(4, 4, 0.5)),
            (1024, 1, cores(6, 8, 0.5)),
            (1024, 1, cores(2, 0, 1.0)),
            (8192, 2, cores(8, 16, 0.5)),
            (8192, 2, cores(32, 32, 0.5)),
            (8192, 2, cores(60, 0, 1.0)),
        ];
        for (total, step, speeds) in cases {
            let late = lateness(&parts(total, 16, step, speeds.len()), &speeds);
            println!("{total} on {} cores: {late:.4}", speeds.len());
            assert!(late <= 1.03, "{late} for {total} on {} cores", speeds.len());
        }
        // What whole blocks to the end cost, so that this test can fail.
        let whole: Vec<_> = (0..1024)
            .step_by(16)
            .map(|first| first..first + 16)
            .collect();
        assert!(lateness(&whole, &cores(4, 4, 0.5)) > 1.03);
    }

    #[test]
    fn few_threads_have_few_small_parts() {
        // Each part reads all of B', so small ones cost memory bandwidth.
        let parts = parts(1024, 16, 1, 2);
        let whole = parts.iter().filter(|part| part.len() == 16).count();
        assert!(
            whole >= 58 && parts.len() <= 70,
            "{whole} of {}",
            parts.len()
        );
    }
}

//! How often a centred 16-bit sum wraps, which spoils its ticket: what the rate must not be credited with.
//!
//! A sum ends at the sum of some sixty products of two entries of noise. Its tail comes from the products' exact
//! distribution by a saddlepoint (Lugannani and Rice), as if they were independent, times a counted factor, since columns of
//! noise share entries of the uniform row.

use super::plan::{Plan, Position};
use crate::kernels::run_groups;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Half the distance from the largest 16-bit value to the next one: where the tail begins.
const EDGE: f64 = 32767.5;
/// Variance of an entry of noise: a difference of two entries that are uniform on 64 values.
const VARIANCE: f64 = 682.5;
/// Entries of the uniform row.
const SPAN: usize = 64;

/// The share of tickets of `entries` entries that have a sum which wraps.
pub fn spoiled_share(plan: &Plan, rank: u16, entries: usize) -> f64 {
    let run = plan.depth * run_groups(plan.depth);
    let mut positions = &plan.positions[..];
    let mut wraps = 0.0;
    for &groups in &plan.groups {
        let (step, rest) = positions.split_at(plan.depth * usize::from(groups));
        positions = rest;
        for run in step.chunks(run) {
            for sum in 0..2 {
                let products = (run.iter().enumerate())
                    .filter(|(at, _)| at % plan.depth * 2 / plan.depth == sum)
                    .map(|(_, position)| position);
                let mut counts = (0, 0);
                for position in products {
                    match position {
                        Position::Plain { .. } => counts.0 += 1,
                        Position::Folded { .. } => counts.1 += 1,
                        Position::Padding => {}
                    }
                }
                wraps += wrap_odds(counts);
            }
        }
    }
    let wraps = wraps * shared_entries(rank, plan.is_folded());
    1.0 - (-wraps * entries as f64).exp()
}

/// By how much more often sums of real noise wrap than those of independent products, counted over whole attempts against
/// exact ones: 67 tickets where 20 were computed at rank 128, 7 where 5 were at 256. A folded column has less of a tail than
/// the sum of two independent ones: 32 where 38 were.
fn shared_entries(rank: u16, is_folded: bool) -> f64 {
    if is_folded {
        return 0.85;
    }
    1.0 + 2.3 * (128.0 / f64::from(rank)).powi(2)
}

/// The odds that a sum of so many products wraps, of plain columns and of folded ones.
fn wrap_odds(counts: (u16, u16)) -> f64 {
    static KNOWN: Mutex<BTreeMap<(u16, u16), f64>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    *known.entry(counts).or_insert_with(|| tail(counts))
}

/// The two-sided tail of the sum beyond [`EDGE`].
fn tail((plain, folded): (u16, u16)) -> f64 {
    let (plain, folded) = (f64::from(plain), f64::from(folded));
    let variance = VARIANCE * VARIANCE * (plain + 2.0 * folded);
    // Fewer than eight standard deviations are worth a computation.
    if EDGE * EDGE > 64.0 * variance {
        return 0.0;
    }
    let difference = difference();
    let double = convolution(&difference, &difference);
    let sum = |t: f64| {
        let (one, other) = (cumulants(t, &difference), cumulants(t, &double));
        std::array::from_fn(|i| plain * one[i] + folded * other[i])
    };
    let mut t = EDGE / variance;
    let mut now: [f64; 3] = sum(t);
    for _ in 0..20 {
        let step = (now[1] - EDGE) / now[2];
        t -= step;
        now = sum(t);
        if step.abs() < 1e-12 {
            break;
        }
    }
    let w = (2.0 * (t * EDGE - now[0])).sqrt();
    let u = t * now[2].sqrt();
    let density = (-w * w / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    // The normal tail at `w` by its asymptotic series, good to 1e-4 at five standard deviations and more.
    let normal = density / w * (1.0 - 1.0 / w.powi(2) + 3.0 / w.powi(4) - 15.0 / w.powi(6));
    2.0 * (normal + density * (1.0 / u - 1.0 / w))
}

/// Weights of the difference of two uniform entries, from the lowest value up.
fn difference() -> Vec<f64> {
    let highest = SPAN as i32 - 1;
    (-highest..=highest)
        .map(|value| (SPAN as i32 - value.abs()) as f64 / (SPAN * SPAN) as f64)
        .collect()
}

fn convolution(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; a.len() + b.len() - 1];
    for (i, a) in a.iter().enumerate() {
        for (j, b) in b.iter().enumerate() {
            sums[i + j] += a * b;
        }
    }
    sums
}

/// The cumulant generating function at `t` of a product of an entry with these weights and an entry of noise, and its first
/// two derivatives.
fn cumulants(t: f64, weights: &[f64]) -> [f64; 3] {
    let middle = (weights.len() / 2) as f64;
    let mut moments = [0.0; 3];
    for (value, weight) in weights.iter().enumerate() {
        let value = value as f64 - middle;
        let [log, first, second] = log_moments(t * value);
        let moment = weight * log.exp();
        moments[0] += moment;
        moments[1] += moment * value * first;
        moments[2] += moment * value * value * (second + first * first);
    }
    let [moment, first, second] = moments;
    let mean = first / moment;
    [moment.ln(), mean, second / moment - mean * mean]
}

/// The logarithm of the moment generating function of an entry of noise, (sinh(32 s) / (64 sinh(s / 2)))^2, and its first two
/// derivatives.
fn log_moments(s: f64) -> [f64; 3] {
    let half = SPAN as f64 / 2.0;
    let size = s.abs();
    if size < 1e-9 {
        return [0.0, 0.0, VARIANCE];
    }
    let (wide, narrow) = ((half * size).sinh(), (size / 2.0).sinh());
    [
        2.0 * (wide / (2.0 * half * narrow)).ln(),
        2.0 * (half / (half * size).tanh() - 0.5 / (size / 2.0).tanh()) * s.signum(),
        2.0 * (0.25 / (narrow * narrow) - half * half / (wide * wide)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_that_of_a_simulation_where_one_can_be_made() {
        // Sums of 300 products wrap often enough to count: 2.8 standard deviations.
        let mut state = 1u64;
        let mut entry = || {
            let mut uniform = || {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                (state >> 58) as i32
            };
            uniform() - uniform()
        };
        let rounds = 40_000;
        let wraps = (0..rounds)
            .filter(|_| {
                let sum: i32 = (0..300).map(|_| entry() * entry()).sum();
                sum != i32::from(sum as i16)
            })
            .count() as f64;
        let expected = tail((300, 0)) * f64::from(rounds);
        assert!(
            (wraps - expected).abs() < 3.0 * expected.sqrt() + 0.03 * expected,
            "{wraps} {expected}"
        );
    }
}

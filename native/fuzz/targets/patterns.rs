//! Any six bytes and any list of indices as a pattern: refused, or one pattern with one form of each.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use pearl_core::pattern::Pattern;

#[derive(Arbitrary, Debug)]
struct Input {
    bytes: [u8; 6],
    steps: Vec<u32>,
    offset: u32,
    dimension: u32,
}

fn check(
    pattern: Pattern,
    Input {
        offset, dimension, ..
    }: &Input,
) {
    assert_eq!(Pattern::from_bytes(pattern.to_bytes()), Ok(pattern));
    assert_eq!(pattern.iter().count(), pattern.size() as usize);
    if pattern.size() > 4096 {
        return;
    }
    let indices = pattern.indices();
    assert!(indices.is_sorted_by(|a, b| a < b));
    assert_eq!(indices.last().copied(), Some(pattern.max()));
    assert_eq!(Pattern::from_indices(&indices), Ok(pattern));
    // The first offsets of a dimension are valid ones and keep the pattern within it.
    let dimension = dimension % (1 << 16);
    for offset in pattern.offsets(dimension).take(1000) {
        assert!(pattern.is_valid_offset(offset) && offset + pattern.max() < dimension);
    }
    let _ = pattern.is_valid_offset(*offset);
}

fuzz_target!(|input: Input| {
    if let Ok(pattern) = Pattern::from_bytes(input.bytes) {
        assert_eq!(pattern.to_bytes(), input.bytes);
        check(pattern, &input);
    }
    // Ascending from zero, as patterns are, else hardly any list would be one; and as it is.
    let ascending: Vec<u32> = std::iter::once(0)
        .chain(input.steps.iter().scan(0u32, |sum, step| {
            *sum = sum.wrapping_add(step % 300 + 1);
            Some(*sum)
        }))
        .collect();
    for indices in [&ascending, &input.steps] {
        if let Ok(pattern) = Pattern::from_indices(indices) {
            assert_eq!(&pattern.indices(), indices);
            check(pattern, &input);
        }
    }
});

//! Any header, version, rank rule, target and proof: judged or refused, the same way twice, and by the target alone where a
//! proof holds for the largest.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use pearl_core::target::U256;
use pearl_core::verify::verify;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    header: [u8; 76],
    cert_version: u32,
    rank_penalty: bool,
    target: [u64; 4],
    proof: &'a [u8],
}

fuzz_target!(|input: Input| {
    let judge = |target| {
        verify(
            &input.header,
            input.cert_version % 5,
            input.rank_penalty,
            target,
            input.proof,
        )
    };
    let target = U256::from_limbs(input.target);
    if let Ok(ticket) = judge(target) {
        assert!(ticket.wins(target));
        assert_eq!(judge(U256::MAX).as_ref(), Ok(&ticket));
    }
});

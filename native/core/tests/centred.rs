//! Kernels with centred 16-bit sums: the words of the scalar kernel that wraps where they do, and no more tickets spoiled than
//! the rate is told.

use pearl_core::kernels::{Isa, Kernel};
use pearl_core::pattern::Pattern;
use pearl_core::search::{Job, Matrix, Searched, Shape, WholeAttempt, search_whole};
use pearl_core::target::U256;

fn search(kernel: Kernel, shape: Shape, eliminate: bool, nonce: u64) -> Searched {
    let job = Job {
        id: 1,
        header: [nonce as u8; 76],
        cert_version: 3,
        target: U256::MAX,
        shape,
        allow_saturated: true,
    };
    let whole = WholeAttempt {
        kernel,
        a: Matrix::Constant(0),
        bt: Matrix::Constant(0),
        nonce: Some(nonce),
        memory_bytes: 1 << 30,
        block_rows: None,
        eliminate,
    };
    search_whole(job, &whole).unwrap()
}

fn centred() -> impl Iterator<Item = Kernel> {
    Kernel::all().filter(|kernel| kernel.centred().is_some())
}

#[test]
fn a_hundred_thousand_tickets_are_those_of_the_scalar_kernel_that_wraps() {
    let (rows, cols) = (
        Pattern::contiguous(4).unwrap(),
        Pattern::contiguous(8).unwrap(),
    );
    let shape = Shape::new(1000, 3200, 2048, 128, rows, cols);
    let Some(oracle) = centred().next().map(Kernel::oracle) else {
        eprintln!("skipped: this processor has no kernel with centred sums");
        return;
    };
    let expected = search(oracle, shape, true, 7);
    assert_eq!(expected.found.len(), 100_000);
    for kernel in centred() {
        let same = search(kernel, shape, true, 7).found == expected.found;
        assert!(same, "{}", kernel.name());
    }
}

#[test]
fn as_many_tickets_are_spoiled_as_the_rate_is_told() {
    // Where a kernel multiplies these matrices exactly and fast; the scalar one would take minutes.
    let exact =
        Kernel::all().find(|kernel| kernel.centred().is_none() && kernel.isa() != Isa::Scalar);
    let Some(exact) = exact else {
        eprintln!("skipped: every fast kernel of this processor has centred sums");
        return;
    };
    let tile = Pattern::contiguous(16).unwrap();
    for (shape, eliminate, attempts) in [
        (Shape::new(2048, 4096, 2048, 128, tile, tile), false, 8),
        (Shape::new(2048, 4096, 2048, 128, tile, tile), true, 4),
        (Shape::new(2048, 2048, 4096, 256, tile, tile), true, 4),
    ] {
        for kernel in centred() {
            let (mut spoiled, mut expected) = (0, 0.0);
            for nonce in 0..attempts {
                let searched = search(kernel, shape, eliminate, nonce);
                let right = search(exact, shape, eliminate, nonce);
                let pairs = searched.found.iter().zip(&right.found);
                spoiled += pairs
                    .filter(|(found, right)| found.hash != right.hash)
                    .count();
                expected += searched.spoiled_share() * searched.tiles as f64;
            }
            let deviation = (spoiled as f64 - expected) / expected.sqrt();
            println!(
                "{}: {spoiled} of {expected:.0} expected, {deviation:.1} sigma",
                kernel.name()
            );
            assert!(
                deviation.abs() < 3.0,
                "{}: {spoiled}, {expected}",
                kernel.name()
            );
        }
    }
}

//! The AMX kernel on any processor with AVX-512: its instructions are emulated one by one.
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

mod emulator;
#[path = "../shapes/mod.rs"]
mod shapes;

use emulator::{Counts, seen};
use pearl_core::kernels::{Isa, Kernel};
use pearl_core::search::{Matrix, Shape, WholeAttempt, choose_kernel};
use shapes::{constant, contiguous, found, random, shapes};

/// The kernel, unless this processor cannot run what surrounds the tiles.
fn amx() -> Option<Kernel> {
    if Kernel::new(Isa::Avx512Vnni).is_none() {
        eprintln!("skipped: this processor has no AVX-512");
        return None;
    }
    emulator::install();
    // SAFETY: where the processor has the instructions it runs them, anywhere else the emulator does.
    Some(unsafe { Kernel::vouched_for(Isa::Amx) })
}

#[test]
fn the_kernel_passes_its_known_answer_test() {
    if let Some(amx) = amx() {
        assert!(amx.self_test());
        assert!(!seen().1, "the tiles stay configured");
    }
}

#[test]
fn whole_attempts_are_those_of_the_scalar_kernel_for_every_pattern_remainder_and_correction() {
    let Some(amx) = amx() else {
        return;
    };
    for shape in shapes() {
        let whole = |kernel| {
            let zero = WholeAttempt {
                a: Matrix::Constant(0),
                ..constant(kernel, true)
            };
            // Strips of a block share parts of k; alone they do not.
            let alone = WholeAttempt {
                block_rows: Some(8),
                ..random(kernel)
            };
            [constant(kernel, true), zero, random(kernel), alone]
        };
        for (ours, scalar) in whole(amx).iter().zip(&whole(Kernel::SCALAR)) {
            assert!(
                found(shape, ours) == found(shape, scalar),
                "{shape:?} {:?}",
                ours.a
            );
            assert!(!seen().1, "the tiles stay configured");
        }
    }
}

/// What docs/performance.md says of a step.
#[test]
fn a_step_of_a_strip_is_eight_loads_eight_multiplications_and_four_stores() {
    let Some(amx) = amx().filter(|_| Kernel::new(Isa::Amx).is_none()) else {
        return;
    };
    // Two row blocks of four strips, three panels, three parts of the sixteen steps.
    let shape = Shape::new(256, 96, 2048, 128, contiguous(16), contiguous(16));
    let whole = WholeAttempt {
        block_rows: Some(128),
        ..constant(amx, true)
    };
    found(shape, &whole);
    let (steps, strips) = (2 * 4 * 3 * 16, 2 * 4 * 3);
    let expected = Counts {
        configure: 2,
        release: 2,
        zero: 4 * strips,
        // The sums once more at the beginning of the second part and of the third.
        load: 8 * steps + 2 * 4 * strips,
        // And once in vain at the beginning of each row block and panel.
        store: 4 * (steps + 2 * 3),
        multiply: 8 * steps,
    };
    assert_eq!(seen(), (expected, false));
}

#[test]
fn a_process_that_may_not_use_the_tiles_mines_with_the_next_kernel() {
    if Kernel::new(Isa::Amx).is_some() {
        eprintln!("skipped: this process may use them");
        return;
    }
    let (kernel, rejected) = choose_kernel(None).unwrap();
    assert_eq!((Some(kernel), rejected), (Kernel::all().next(), Vec::new()));
    assert!(choose_kernel(Some(Isa::Amx)).is_err());
}

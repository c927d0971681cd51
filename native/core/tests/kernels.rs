//! Every kernel of this processor against the scalar one, bit for bit, over whole attempts; and the scalar one against
//! the protocol's own definition.

use pearl_core::kernels::Kernel;
use pearl_core::pattern::Pattern;
use pearl_core::search::{Found, Job, Matrix, Shape, WholeAttempt, search_whole};
use pearl_core::target::U256;
use pearl_core::verify::verify;

#[test]
fn every_kernel_of_this_processor_passes_its_known_answer_test() {
    for kernel in Kernel::all() {
        println!("{}", kernel.name());
        assert!(kernel.self_test(), "{}", kernel.name());
    }
}

fn contiguous(length: u32) -> Pattern {
    Pattern::contiguous(length).unwrap()
}

fn job(shape: Shape) -> Job {
    Job {
        id: 1,
        header: [7; 76],
        cert_version: 3,
        target: U256::MAX,
        shape,
        allow_saturated: true,
    }
}

fn constant(kernel: Kernel, eliminate: bool) -> WholeAttempt {
    WholeAttempt {
        kernel,
        a: Matrix::Constant(64),
        bt: Matrix::Constant(0),
        nonce: Some(0x0123_4567_89ab_cdef),
        memory_bytes: 1 << 30,
        block_rows: None,
        eliminate,
    }
}

fn random(kernel: Kernel) -> WholeAttempt {
    WholeAttempt {
        a: Matrix::Random(1),
        bt: Matrix::Random(2),
        ..constant(kernel, false)
    }
}

fn found(shape: Shape, whole: &WholeAttempt) -> Vec<Found> {
    let searched = search_whole(job(shape), whole).unwrap();
    assert_eq!(searched.found.len() as u64, searched.tiles);
    searched.found
}

/// Sides that end within a strip, a panel, a lane and a period, and patterns of each kind of unit.
fn shapes() -> Vec<Shape> {
    let reference = (
        Pattern::from_indices(&[0, 8, 64, 72]).unwrap(),
        Pattern::from_indices(&[0, 1, 8, 9, 32, 33, 40, 41]).unwrap(),
    );
    let spread = Pattern::from_indices(&[0, 1, 4, 5, 16, 17, 20, 21]).unwrap();
    vec![
        Shape::new(64, 97, 2048, 128, contiguous(16), contiguous(16)),
        Shape::new(41, 150, 2048, 128, contiguous(8), contiguous(16)),
        Shape::new(256, 128, 1024, 32, reference.0, reference.1),
        Shape::new(201, 131, 1088, 64, reference.0, reference.1),
        Shape::new(50, 70, 2112, 128, contiguous(6), contiguous(10)),
        Shape::new(37, 260, 2048, 128, contiguous(2), contiguous(128)),
        Shape::new(256, 48, 2048, 128, contiguous(128), contiguous(2)),
        Shape::new(90, 100, 4096, 256, spread, contiguous(4)),
        Shape::new(24, 130, 8192, 512, contiguous(4), contiguous(64)),
        Shape::new(33, 65, 16384, 1024, contiguous(16), contiguous(16)),
        Shape::new(16, 16, 4032, 32, contiguous(16), contiguous(16)),
        Shape::new(14, 18, 2048, 128, contiguous(14), contiguous(18)),
    ]
}

#[test]
fn every_kernel_finds_the_tickets_of_the_scalar_one() {
    for shape in shapes() {
        // 64 and 0 are what kernels mine on.
        let with_base = |entry, kernel, eliminate| WholeAttempt {
            a: Matrix::Constant(entry),
            ..constant(kernel, eliminate)
        };
        let exact = [64, 0].map(|entry| found(shape, &with_base(entry, Kernel::SCALAR, false)));
        let random_tickets = found(shape, &random(Kernel::SCALAR));
        for kernel in Kernel::all().filter(|kernel| *kernel != Kernel::SCALAR) {
            let name = kernel.name();
            for (entry, exact) in [64, 0].into_iter().zip(&exact) {
                for eliminate in [false, true] {
                    // Centred sums wrap now and then, and with elimination at other places.
                    let wraps = kernel.centred().is_some() && entry == kernel.base();
                    let expected = if wraps {
                        &found(shape, &with_base(entry, kernel.oracle(), eliminate))
                    } else {
                        exact
                    };
                    let same = found(shape, &with_base(entry, kernel, eliminate)) == *expected;
                    assert!(same, "{name} {entry} {eliminate} {shape:?}");
                }
            }
            assert!(
                found(shape, &random(kernel)) == random_tickets,
                "{name} random {shape:?}"
            );
        }
    }
}

#[test]
fn tickets_are_those_of_the_protocol() {
    for shape in shapes() {
        for whole in [constant(Kernel::SCALAR, false), random(Kernel::SCALAR)] {
            let job = job(shape);
            let searched = search_whole(job, &whole).unwrap();
            for found in [searched.found.first(), searched.found.last()]
                .into_iter()
                .flatten()
            {
                let proof = searched.prove(found).proof;
                let ticket =
                    verify(&job.header, 3, shape.rank_penalty(), job.target, &proof).unwrap();
                assert_eq!(
                    (ticket.hash, (ticket.t_rows, ticket.t_cols)),
                    (found.hash, found.start)
                );
            }
        }
    }
}

#[test]
fn extreme_entries_do_not_overflow_any_kernel() {
    let shape = Shape::new(48, 96, 2048, 128, contiguous(16), contiguous(16));
    for (a, bt) in [(64, 64), (-64, -64), (64, -64), (-64, 64), (0, 0), (64, 0)] {
        let whole = |kernel| WholeAttempt {
            a: Matrix::Given(vec![a; 48 * 2048].into()),
            bt: Matrix::Given(vec![bt; 96 * 2048].into()),
            nonce: None,
            ..constant(kernel, true)
        };
        let expected = found(shape, &whole(Kernel::SCALAR));
        for kernel in Kernel::all() {
            assert!(
                found(shape, &whole(kernel)) == expected,
                "{} {a} {bt}",
                kernel.name()
            );
        }
    }
}

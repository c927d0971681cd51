//! Every kernel of this processor against the scalar one, bit for bit, over whole attempts; and the scalar one against
//! the protocol's own definition.

mod shapes;

use pearl_core::kernels::Kernel;
use pearl_core::search::{Matrix, Shape, WholeAttempt, search_whole};
use pearl_core::verify::verify;
use shapes::{constant, contiguous, found, job, random, shapes};

#[test]
fn every_kernel_of_this_processor_passes_its_known_answer_test() {
    for kernel in Kernel::all() {
        println!("{}", kernel.name());
        assert!(kernel.self_test(), "{}", kernel.name());
    }
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

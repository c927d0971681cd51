//! Whole attempts in small shapes of every kind, and all tickets that a kernel finds in them.

use pearl_core::kernels::Kernel;
use pearl_core::pattern::Pattern;
use pearl_core::search::{Found, Job, Matrix, Shape, WholeAttempt, search_whole};
use pearl_core::target::U256;

pub fn contiguous(length: u32) -> Pattern {
    Pattern::contiguous(length).unwrap()
}

pub fn job(shape: Shape) -> Job {
    Job {
        id: 1,
        header: [7; 76],
        cert_version: 3,
        target: U256::MAX,
        shape,
        allow_saturated: true,
    }
}

pub fn constant(kernel: Kernel, eliminate: bool) -> WholeAttempt {
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

pub fn random(kernel: Kernel) -> WholeAttempt {
    WholeAttempt {
        a: Matrix::Random(1),
        bt: Matrix::Random(2),
        ..constant(kernel, false)
    }
}

pub fn found(shape: Shape, whole: &WholeAttempt) -> Vec<Found> {
    let searched = search_whole(job(shape), whole).unwrap();
    assert_eq!(searched.found.len() as u64, searched.tiles);
    searched.found
}

/// Sides that end within a strip, a panel, a lane and a period, and patterns of each kind of unit.
pub fn shapes() -> Vec<Shape> {
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

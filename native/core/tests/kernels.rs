//! Every kernel of this processor against the oracle.

use pearl_core::kernels::Kernel;

#[test]
fn every_kernel_of_this_processor_passes_its_known_answer_test() {
    for kernel in Kernel::all() {
        assert!(kernel.self_test(), "{}", kernel.name());
    }
}

//! May this process use AMX? The processor has to have it, the system has to keep its registers (the firmware, the kernel and
//! a hypervisor each can hide it, so that a model's name says nothing), and Linux has to be asked once for the process.

use std::arch::x86_64::{__cpuid, __cpuid_count, __get_cpuid_max, _xgetbv};
use std::sync::OnceLock;

/// `ARCH_REQ_XCOMP_PERM`: asks for an extended state (Linux, Documentation/arch/x86/xstate.rst).
#[cfg(target_os = "linux")]
const REQUEST_PERMISSION: libc::c_int = 0x1023;
/// `XFEATURE_XTILEDATA`: its number, and its bit in XCR0; the configuration is the bit below.
const TILE_DATA: u32 = 18;

/// Asked the first time, before a thread mines: threads that have a small alternate signal stack would be in the way. The
/// error is a reason, unless the processor does not show the instructions at all.
pub fn found() -> &'static Result<(), Option<String>> {
    static FOUND: OnceLock<Result<(), Option<String>>> = OnceLock::new();
    FOUND.get_or_init(|| judge(processor_has_it(), ask))
}

/// Asks only where the processor has the instructions.
fn judge(is_there: bool, ask: impl FnOnce() -> Result<(), String>) -> Result<(), Option<String>> {
    if is_there {
        ask().map_err(Some)
    } else {
        Err(None)
    }
}

/// CPUID 7.0 EDX bits 24 (amx-tile) and 25 (amx-int8), OSXSAVE, and XCR0 bits 17 and 18.
fn processor_has_it() -> bool {
    const OSXSAVE: u32 = 1 << 27;
    const INSTRUCTIONS: u32 = 0b11 << 24;
    const STATE: u64 = 0b11 << (TILE_DATA - 1);
    #[allow(unused_unsafe, reason = "Rust 1.89 has them unsafe")]
    // SAFETY: every processor of this architecture has CPUID, and OSXSAVE says that there is XCR0 to read.
    unsafe {
        __get_cpuid_max(0).0 >= 7
            && __cpuid(1).ecx & OSXSAVE != 0
            && __cpuid_count(7, 0).edx & INSTRUCTIONS == INSTRUCTIONS
            && enabled_state() & STATE == STATE
    }
}

/// XCR0: the registers that the system keeps.
///
/// # Safety
/// OSXSAVE is set.
#[target_feature(enable = "xsave")]
unsafe fn enabled_state() -> u64 {
    // SAFETY: register 0 is there wherever the instruction is.
    unsafe { _xgetbv(0) }
}

#[cfg(target_os = "linux")]
fn ask() -> Result<(), String> {
    // SAFETY: asks for a permission; no memory is involved.
    let failed = unsafe { libc::syscall(libc::SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) };
    if failed == 0 {
        return Ok(());
    }
    let error = std::io::Error::last_os_error();
    Err(match error.raw_os_error() {
        Some(libc::ENOSPC) => "a thread of this process has too small a signal stack".to_owned(),
        _ => format!("the system refuses: {error}"),
    })
}

#[cfg(not(target_os = "linux"))]
fn ask() -> Result<(), String> {
    Err("this system gives no program its registers".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_refusal_is_a_reason_and_nothing_is_asked_of_a_processor_without_amx() {
        if !processor_has_it() {
            // This kernel refuses what its processor does not have: a real refusal.
            let refused = judge(true, ask).unwrap_err().unwrap();
            assert!(refused.starts_with("the system refuses: "), "{refused}");
        }
        assert_eq!(judge(false, || panic!("asked")), Err(None));
        assert_eq!(judge(true, || Ok(())), Ok(()));
    }
}

//! What this machine's processor can do, and how much of it is ours.

use crate::exact::need_u32;
use crate::os::cores;
use napi::Result;
use napi_derive::napi;
use pearl_core::kernels::{Isa, Kernel};

/// The architecture, the instruction sets that matter here, and the kernels that run here, fastest first.
#[napi(object)]
pub struct CpuFeatures {
    pub arch: String,
    pub features: Vec<String>,
    pub kernels: Vec<String>,
    /// Kernels that the processor could run, and why the system does not let this process.
    pub refused: Vec<RefusedKernel>,
}

/// A kernel that this process may not use.
#[napi(object)]
pub struct RefusedKernel {
    pub name: String,
    pub reason: String,
}

#[cfg(target_arch = "x86_64")]
fn features() -> Vec<&'static str> {
    let found = [
        ("avx2", std::is_x86_feature_detected!("avx2")),
        ("avxvnni", std::is_x86_feature_detected!("avxvnni")),
        ("avx512f", std::is_x86_feature_detected!("avx512f")),
        ("avx512bw", std::is_x86_feature_detected!("avx512bw")),
        ("avx512vl", std::is_x86_feature_detected!("avx512vl")),
        ("avx512vnni", std::is_x86_feature_detected!("avx512vnni")),
        ("avx512vbmi", std::is_x86_feature_detected!("avx512vbmi")),
    ];
    found
        .into_iter()
        .filter_map(|(name, found)| found.then_some(name))
        .collect()
}

#[cfg(target_arch = "aarch64")]
fn features() -> Vec<&'static str> {
    let found = [
        ("neon", std::arch::is_aarch64_feature_detected!("neon")),
        (
            "dotprod",
            std::arch::is_aarch64_feature_detected!("dotprod"),
        ),
        ("i8mm", std::arch::is_aarch64_feature_detected!("i8mm")),
    ];
    found
        .into_iter()
        .filter_map(|(name, found)| found.then_some(name))
        .collect()
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn features() -> Vec<&'static str> {
    Vec::new()
}

/// Detected at run time, whatever the addon was compiled for.
#[napi(catch_unwind)]
pub fn cpu_features() -> CpuFeatures {
    CpuFeatures {
        arch: std::env::consts::ARCH.to_owned(),
        features: features().into_iter().map(str::to_owned).collect(),
        kernels: Kernel::all()
            .map(|kernel| kernel.name().to_owned())
            .collect(),
        refused: Isa::ALL
            .iter()
            .filter_map(|isa| {
                let name = isa.name().to_owned();
                isa.refusal().map(|reason| RefusedKernel { name, reason })
            })
            .collect(),
    }
}

/// Physical cores that this process may use, at least 1.
#[napi(catch_unwind)]
pub fn physical_cores() -> u32 {
    cores::usable()
}

/// Keeps what this thread starts from now on to efficiency cores: on Linux the processors given, on macOS those that the
/// system chooses for the class `background`.
#[napi(catch_unwind)]
pub fn prefer_efficient_cores(
    #[napi(ts_arg_type = "ReadonlyArray<number>")] processors: Vec<f64>,
) -> Result<()> {
    let processors = processors
        .into_iter()
        .map(|cpu| need_u32("processor", cpu).map(|cpu| cpu as usize))
        .collect::<Result<Vec<_>>>()?;
    if !processors.is_empty() {
        pearl_core::search::stay_on(&processors);
    }
    pearl_core::search::prefer_efficient_cores(true);
    Ok(())
}

//! Writes the seeds: `seeds FOLDER` makes one folder for each target in it, from the public vectors and the proofs that are
//! mined here, so that no binary file has to be kept with the sources.

use pearl_core::base64;
use pearl_fuzz::known;
use std::fs;
use std::path::{Path, PathBuf};

fn write(folder: &Path, target: &str, name: &str, bytes: &[u8]) {
    let folder = folder.join(target);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), bytes).unwrap();
}

fn main() {
    let folder = PathBuf::from(std::env::args_os().nth(1).expect("a folder to write to"));
    for (at, known) in known().iter().enumerate() {
        let proof = known.proof.encode();
        write(&folder, "proof_bytes", &format!("proof-{at}"), &proof);
        let text = base64::encode(&proof);
        write(
            &folder,
            "proof_bytes",
            &format!("text-{at}"),
            text.as_bytes(),
        );
        // The order in which `Arbitrary` reads the input of verify_bytes.
        let mut bytes = known.header.to_vec();
        bytes.extend_from_slice(&known.cert_version.to_le_bytes());
        bytes.push(known.rank_penalty.into());
        for limb in known.target.limbs() {
            bytes.extend_from_slice(&limb.to_le_bytes());
        }
        bytes.extend_from_slice(&proof);
        write(&folder, "verify_bytes", &format!("proof-{at}"), &bytes);
        // One proof each, unaltered, and with one edit of each kind.
        for kind in 0..=u8::MAX {
            if at == 0 || kind == 0 {
                let input = [at as u8, 0, 0, 0, 1, kind, kind, 1, 2, 3, 4, 5, 6, 7, 8];
                write(&folder, "verify_altered", &format!("{at}-{kind}"), &input);
            }
        }
    }
    // Numbers at the edges of their fields, for the targets of fixed size.
    for (at, byte) in [0u8, 1, 15, 0x7f, 0x80, 0xff].into_iter().enumerate() {
        for target in ["numbers", "patterns", "jobs", "search"] {
            write(&folder, target, &format!("fill-{at}"), &[byte; 200]);
        }
    }
}

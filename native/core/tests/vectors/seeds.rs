use crate::files::{array, header, list, number, pattern, read};
use pearl_core::config::{MiningConfig, job_key};
use pearl_core::seeds;

#[test]
fn seeds_of_every_certificate_version() {
    let file = read("seeds.json");
    for (name, salt) in [("A", &file["salt_a"]), ("B", &file["salt_b"])] {
        let name = format!("pearl/cert-v3/noise-seed/{name}");
        assert_eq!(blake3::hash(name.as_bytes()).as_bytes(), &array::<32>(salt));
    }
    for entry in list(&file["seeds"]) {
        let (m, n) = (number(&entry["m"]), number(&entry["n"]));
        let (key, hash_a, hash_b) = (
            array(&entry["job_key"]),
            array(&entry["hash_a"]),
            array(&entry["hash_b"]),
        );
        let found =
            seeds::noise_seeds(number(&entry["cert_version"]), &key, &hash_a, m, &hash_b, n);
        assert_eq!(found.a, array(&entry["a_noise_seed"]), "{entry}");
        assert_eq!(found.b, array(&entry["b_noise_seed"]), "{entry}");
    }
}

#[test]
fn job_keys_of_header_and_configuration() {
    for entry in list(&read("seeds.json")["job_keys"]) {
        let config = MiningConfig {
            k: number(&entry["k"]),
            rank: number(&entry["r"]).try_into().unwrap(),
            rows: pattern(&entry["rows"]),
            cols: pattern(&entry["cols"]),
        };
        assert_eq!(config.to_bytes(), array(&entry["config"]));
        assert_eq!(
            job_key(&header(&entry["header"]), &config),
            array(&entry["job_key"])
        );
    }
}

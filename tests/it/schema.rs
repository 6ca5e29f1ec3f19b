//! The committed schema is the program's, and every sample's output obeys it.

use crate::shenbao::{files, root, run, shenbao};
use serde_json::Value;

const COMMITTED: &str = "schema/shenbao-1.json";

#[test]
fn the_committed_schema_is_current() {
    let committed = std::fs::read_to_string(root(COMMITTED)).expect("the committed schema");
    let current = run(shenbao().arg("schema")).out;
    assert!(committed == current, "{COMMITTED} is stale: run `make schema` and look at the change");
}

#[test]
fn every_sample_obeys_the_schema() {
    let schema: Value =
        serde_json::from_str(&std::fs::read_to_string(root(COMMITTED)).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let dir = tempfile::tempdir().unwrap();
    let samples = root("samples");
    let outcome = run(shenbao()
        .args(["convert", "--formats", "json", "--tables", "all", "--out"])
        .arg(dir.path())
        .arg(samples.join("*/*.pdf"))
        .arg(samples.join("*/*.txt")));
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let outputs = files(dir.path());
    assert!(outputs.len() > 40, "only {} samples", outputs.len());
    for (name, bytes) in outputs {
        let value: Value = serde_json::from_slice(&bytes).expect("JSON");
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .take(5)
            .map(|e| format!("{} at {}", e, e.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", name.display());
    }
}

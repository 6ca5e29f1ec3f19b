use super::{Workbook, dump};
use crate::emit::{Emitter, sample};

#[test]
fn writes_files_to_look_at() {
    let document = sample::document();
    let bytes = Workbook.serialize(&document, &sample::specs()).unwrap();
    std::fs::write("/tmp/emit-sample.xlsx", bytes).unwrap();
    std::fs::write("/tmp/emit-sample.txt", dump::document(&document, &sample::specs()).unwrap())
        .unwrap();
    let mut plain = document.clone();
    plain.forms = plain.forms.iter().map(sample::delimited).collect();
    std::fs::write("/tmp/emit-text.xlsx", Workbook.serialize(&plain, &sample::specs()).unwrap())
        .unwrap();
    std::fs::write("/tmp/emit-sample.json", crate::emit::json::serialize(&document)).unwrap();
}

//! Small PDFs for tests: a ruled table with Latin text, and ways to damage it.

use std::fmt::Write;

/// Objects of a PDF, numbered from 1.
pub struct Pdf {
    pub objects: Vec<String>,
}

impl Pdf {
    /// `pages` pages of A4, each with a ruled table of two cells.
    pub fn with_pages(pages: usize) -> Self {
        let kids: Vec<String> = (0..pages).map(|i| format!("{} 0 R", i + 5)).collect();
        let content = "0.5 w 100 700 300 40 re S 250 700 m 250 740 l S \
                       BT /F1 10 Tf 110 715 Td (Name) Tj 150 0 Td (Value) Tj ET";
        let mut objects = vec![
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            format!("<< /Type /Pages /Count {pages} /Kids [{}] >>", kids.join(" ")),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
                .to_owned(),
            format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        ];
        objects.extend((0..pages).map(|_| {
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
             /Resources << /Font << /F1 3 0 R >> >> >>"
                .to_owned()
        }));
        Self { objects }
    }

    /// The same with `from` replaced in every object.
    pub fn replace(mut self, from: &str, to: &str) -> Self {
        for object in &mut self.objects {
            *object = object.replace(from, to);
        }
        self
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut text = String::from("%PDF-1.4\n");
        let mut offsets = Vec::new();
        for (i, object) in self.objects.iter().enumerate() {
            offsets.push(text.len());
            writeln!(text, "{} 0 obj\n{object}\nendobj", i + 1).expect("a String");
        }
        let xref = text.len();
        let size = self.objects.len() + 1;
        writeln!(text, "xref\n0 {size}\n0000000000 65535 f ").expect("a String");
        for offset in offsets {
            writeln!(text, "{offset:010} 00000 n ").expect("a String");
        }
        write!(
            text,
            "trailer\n<< /Size {size} /Root 1 0 R /ID [<00112233445566778899aabbccddeeff> \
             <00112233445566778899aabbccddeeff>] >>\nstartxref\n{xref}\n%%EOF\n"
        )
        .expect("a String");
        text.into_bytes()
    }

    /// The file, encrypted with a user password (RC4, 128 bit).
    pub fn encrypted(&self, password: &str) -> Vec<u8> {
        use lopdf::{Document, EncryptionState, EncryptionVersion, Permissions};
        let mut document = Document::load_mem(&self.bytes()).expect("a sound file");
        let version = EncryptionVersion::V2 {
            document: &document,
            owner_password: "owner",
            user_password: password,
            key_length: 128,
            permissions: Permissions::all(),
        };
        let state = EncryptionState::try_from(version).expect("encryption");
        document.encrypt(&state).expect("encryption");
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).expect("a buffer");
        bytes
    }
}

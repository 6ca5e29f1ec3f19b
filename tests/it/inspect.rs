//! `shenbao inspect`, and its page in a browser. `make inspect-test` installs Chromium and runs
//! the ignored ones.

use crate::shenbao::{root, run, shenbao};
use std::path::Path;
use std::process::Command;

fn inspect(document: &str, out: &Path, more: &[&str]) -> crate::shenbao::Outcome {
    let file = root(document);
    run(shenbao().arg("inspect").arg(file).arg("--out").arg(out).args(more))
}

#[test]
fn the_page_holds_what_was_read() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("x.html");
    let outcome = inspect("samples/invented/self-bridge-typst.pdf", &out, &[]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let page = std::fs::read_to_string(&out).unwrap();
    for part in ["project-self-evaluation", "农村公路危桥改造", "1860.0000", "data:image/"]
    {
        assert!(page.contains(part), "{part}");
    }
    let twice = inspect("samples/invented/self-bridge-typst.pdf", &out, &[]);
    assert_eq!((twice.code, std::fs::read_to_string(&out).unwrap()), (0, page), "same bytes");
}

#[test]
fn one_page_of_many_can_be_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("x.html");
    let one = inspect("samples/seed/seed-calc.pdf", &out, &["--page", "3"]);
    assert_eq!(one.code, 0, "{one:?}");
    let page = std::fs::read_to_string(&out).unwrap();
    assert_eq!(page.matches("data:image/").count(), 1);
    let none = inspect("samples/seed/seed-calc.pdf", &out, &["--page", "9"]);
    assert_eq!(none.code, 64, "{none:?}");
    assert!(none.err.contains("there is no page 9"), "{none:?}");
    assert_eq!(inspect("samples/none.pdf", &out, &[]).code, 66);
}

/// Clicks through the page and writes what happened into its title.
const CLICKS: &str = r##"<script>
const faults = [];
addEventListener("error", (e) => faults.push(String(e.message)));
addEventListener("securitypolicyviolation", (e) => faults.push(`policy: ${e.blockedURI}`));
const expect = (what, text) => { if (!what) faults.push(text); };
const detail = () => document.getElementById("detail").textContent;
setTimeout(() => {
  const sheet = document.querySelector(".sheet");
  const field = document.querySelector(".fields [data-at$='/project_name'], .fields [data-at$='/title']");
  expect(field, "no field is drawn");
  field?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  expect(detail().includes("Bound by") && detail().includes("key ="), `no rule: ${detail()}`);
  expect(detail().includes("Confidence"), "no confidence");
  expect(document.querySelector(".picked rect"), "nothing is marked");
  for (const name of ["label", "leftover", "table", "value"]) {
    const cell = document.querySelector(`.cells .${name}`);
    if (!cell) continue;
    cell.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    expect(detail().includes("What became of it"), `no fate of a ${name}: ${detail()}`);
  }
  for (const box of document.querySelectorAll("#layers input")) { box.click(); box.click(); }
  document.querySelector("#layer-glyphs").click();
  expect(document.querySelectorAll(".glyphs text").length > 0, "no glyphs");
  expect(getComputedStyle(document.querySelector(".glyphs")).display !== "none", "glyphs stay hidden");
  document.querySelectorAll("nav details").forEach((d) => { d.open = true; });
  setTimeout(() => {
    const rows = document.querySelectorAll("nav .row[data-at]");
    expect(rows.length > 0, "no rows");
    rows[rows.length - 1]?.click();
    expect(detail().includes("Printed"), "a row shows nothing");
    document.querySelector(".only").click();
    expect([...document.querySelectorAll(".sheet")].some((s) => !s.hidden), "no sheet is left");
    document.querySelector(".only").click();
    const search = document.getElementById("search");
    search.value = "zzzz nothing";
    search.dispatchEvent(new Event("input"));
    expect(![...rows].some((r) => r.style.display !== "none"), "the search hides nothing");
    const drawn = document.querySelectorAll(".sheet[data-drawn]").length;
    const sheets = document.querySelectorAll(".sheet").length;
    document.title = `RESULT ${JSON.stringify({ faults, sheets, drawn })} END`;
  }, 300);
}, 800);
</script></body>"##;

/// What the browser made of a page after the clicks.
fn clicked(page: &Path, folder: &Path) -> serde_json::Value {
    let text = std::fs::read_to_string(page).unwrap();
    let (head, tail) = text.rsplit_once("</body>").unwrap();
    let probe = folder.join("probe.html");
    std::fs::write(&probe, format!("{head}{CLICKS}{tail}")).unwrap();
    let done = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1400,900"])
        .args(["--virtual-time-budget=20000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("file://{}", probe.display()))
        .output()
        .expect("chromium starts; `make inspect-test` installs it");
    let dom = String::from_utf8_lossy(&done.stdout);
    let result = dom.split("RESULT ").nth(1).and_then(|r| r.split(" END").next());
    let result = result.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&done.stderr)));
    serde_json::from_str(&result.replace("&quot;", "\"")).unwrap()
}

#[test]
#[ignore = "needs Chromium: make inspect-test"]
fn a_browser_shows_the_page_and_answers_clicks() {
    let dir = tempfile::tempdir().unwrap();
    let documents = [
        "samples/seed/seed-calc.pdf",
        "samples/invented/self-grain-calc.pdf",
        "samples/invented/mixed-families.pdf",
        "samples/invented/animals-typst-rotate.pdf",
    ];
    for document in documents {
        let out = dir.path().join("x.html");
        assert_eq!(inspect(document, &out, &[]).code, 0, "{document}");
        let result = clicked(&out, dir.path());
        assert_eq!(result["faults"], serde_json::json!([]), "{document}: {result}");
    }
}

#[test]
#[ignore = "needs Chromium and qpdf: make inspect-test"]
fn a_hundred_pages_are_drawn_as_they_are_looked_at() {
    let dir = tempfile::tempdir().unwrap();
    let many = dir.path().join("many.pdf");
    let one = root("samples/seed/seed-calc.pdf");
    let mut qpdf = Command::new("qpdf");
    qpdf.args(["--empty", "--pages"]);
    for _ in 0..13 {
        qpdf.arg(&one);
    }
    assert!(qpdf.arg("--").arg(&many).status().expect("qpdf starts").success());
    let out = dir.path().join("x.html");
    let outcome = run(shenbao().arg("inspect").arg(&many).arg("--out").arg(&out));
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let size = std::fs::metadata(&out).unwrap().len();
    assert!(size < 40 << 20, "{size} bytes");
    let result = clicked(&out, dir.path());
    assert_eq!(result["faults"], serde_json::json!([]), "{result}");
    assert_eq!(result["sheets"], 104);
    assert!(result["drawn"].as_u64().unwrap() < 20, "{result}");
}

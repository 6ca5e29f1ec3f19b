//! Disks that are full, broken, or gone.

use super::{convert, documents};
use crate::shenbao::{files, run, shenbao};
use std::fs;
use std::process::{Command, Stdio};

/// A small file system of its own, as far as this user may mount one; unmounted at the end.
struct SmallDisk<'a>(&'a std::path::Path);

impl<'a> SmallDisk<'a> {
    fn mount(at: &'a std::path::Path, size: &str) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let options = format!("size={size}");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "none"]).arg(at).stderr(Stdio::null());
        mount.status().ok()?.success().then_some(Self(at))
    }

    fn resize(&self, size: &str) {
        let options = format!("remount,size={size}");
        let status = Command::new("mount").args(["-o", &options]).arg(self.0).status().unwrap();
        assert!(status.success());
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

fn blames_a_document(err: &str) -> bool {
    err.lines().any(|line| line.starts_with("failed: "))
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_stops_the_run_and_space_resumes_it() {
    let dir = tempfile::tempdir().unwrap();
    documents(dir.path(), 60);
    assert_eq!(convert(dir.path(), &[]).code, 0);
    let whole = files(&dir.path().join("out"));
    fs::remove_dir_all(dir.path().join("out")).unwrap();
    let out = dir.path().join("out");
    let Some(disk) = SmallDisk::mount(&out, "700k") else {
        eprintln!("skipped: this user cannot mount a file system");
        return;
    };
    let full = convert(dir.path(), &[]);
    assert_eq!(full.code, 74, "{full:?}");
    assert!(full.err.contains("error: ") && full.err.contains("hint: "), "{full:?}");
    assert!(!blames_a_document(&full.err), "{full:?}");
    for (name, bytes) in files(&out) {
        let partial = name.to_string_lossy().ends_with(".partial");
        assert!(!partial, "{}", name.display());
        assert!(bytes == whole[&name], "{} is broken", name.display());
    }
    disk.resize("64m");
    let resumed = convert(dir.path(), &[]);
    assert_eq!(resumed.code, 0, "{resumed:?}");
    assert!(files(&out) == whole);
}

#[test]
fn an_output_folder_that_is_removed_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    documents(dir.path(), 200);
    let out = dir.path().join("out");
    let child = Command::new(env!("CARGO_BIN_EXE_shenbao"))
        .args(["convert", "in", "--out", "out", "--jobs", "1"])
        .current_dir(&dir)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !out.join("001.json").exists() {
        std::thread::yield_now();
    }
    fs::rename(&out, dir.path().join("gone")).unwrap();
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(74), "{err}");
    // Whichever is met first: the check before a document, or the file that cannot be made.
    let missed = ["removed or replaced", "No such file or directory"];
    assert!(missed.iter().any(|words| err.contains(words)), "{err}");
}

/// What the kernel would answer on a broken disk, in the place of the C library's calls.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>
static int calls;
static int strike(void) {
  const char *at = getenv("STRIKE_AT"), *how = getenv("STRIKE_HOW");
  if (!at || __sync_add_and_fetch(&calls, 1) != atoi(at)) return 0;
  if (how && how[0] == 'k') kill(getpid(), SIGKILL);
  errno = EIO;
  return 1;
}
int fsync(int fd) {
  static int (*real)(int);
  if (!real) real = dlsym(RTLD_NEXT, "fsync");
  return strike() ? -1 : real(fd);
}
int rename(const char *from, const char *to) {
  static int (*real)(const char *, const char *);
  if (!real) real = dlsym(RTLD_NEXT, "rename");
  return strike() ? -1 : real(from, to);
}
int fdatasync(int fd) {
  static int (*real)(int);
  if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
  return strike() ? -1 : real(fd);
}
"#;

/// Fails, or kills the program, at each of the events at which something is made durable.
#[cfg(target_os = "linux")]
#[test]
fn errors_and_kills_at_any_durable_step_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    documents(dir.path(), 4);
    fs::write(dir.path().join("shim.c"), SHIM).unwrap();
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o", "shim.so", "shim.c", "-ldl"])
        .current_dir(&dir)
        .status();
    if !compiled.is_ok_and(|status| status.success()) {
        eprintln!("skipped: there is no C compiler");
        return;
    }
    assert_eq!(convert(dir.path(), &[]).code, 0);
    let out = dir.path().join("out");
    let whole = files(&out);
    for how in ["eio", "kill"] {
        let mut struck = 0;
        for at in (1..60).step_by(3) {
            fs::remove_dir_all(&out).unwrap();
            let output = Command::new(env!("CARGO_BIN_EXE_shenbao"))
                .args(["convert", "in", "--out", "out", "--jobs", "2", "--config", "limits.toml"])
                .current_dir(&dir)
                .env("LD_PRELOAD", dir.path().join("shim.so"))
                .env("STRIKE_AT", at.to_string())
                .env("STRIKE_HOW", how)
                .output()
                .unwrap();
            let err = String::from_utf8_lossy(&output.stderr).into_owned();
            match output.status.code() {
                // It struck where it does not matter, or not at all.
                Some(0) => {}
                Some(73 | 74) | None => struck += 1,
                code => panic!("{how} at {at}: {code:?} {err}"),
            }
            assert!(!blames_a_document(&err), "{how} at {at}: {err}");
            let resumed = convert(dir.path(), &[]);
            assert_eq!(resumed.code, 0, "{how} at {at}: {resumed:?}");
            assert!(files(&out) == whole, "{how} at {at}: {:?}", files(&out).keys());
        }
        assert!(struck > 10, "{how}: only {struck} runs were struck");
    }
}

#[test]
fn links_and_pipes_that_appear_are_not_followed() {
    let dir = tempfile::tempdir().unwrap();
    documents(dir.path(), 2);
    let outside = dir.path().join("outside.pdf");
    fs::copy(dir.path().join("in/001.pdf"), &outside).unwrap();
    std::os::unix::fs::symlink(&outside, dir.path().join("in/link.pdf")).unwrap();
    let status = Command::new("mkfifo").arg(dir.path().join("in/pipe.pdf")).status().unwrap();
    assert!(status.success());
    let outcome = convert(dir.path(), &["--formats", "json"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let named = ["convert", "in/pipe.pdf", "in/link.pdf", "--out", "named", "--formats", "json"];
    let outcome = run(shenbao().current_dir(&dir).args(named));
    assert_eq!(outcome.code, 2, "the pipe fails, the link that was named converts: {outcome:?}");
    assert_eq!(crate::shenbao::names(&dir.path().join("named")), ["link.json"]);
}

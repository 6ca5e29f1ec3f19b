//! What a worker gives up before it reads its first document.
//!
//! - resources: memory, processor time, core dumps, files written (none), open files;
//! - Landlock: every access to files but reading the recognition models, TCP, signals and sockets
//!   outside of this process;
//! - seccomp: sockets of any kind, starting programs and processes, looking into other ones,
//!   changing the metadata of files, which Landlock does not cover.
//!
//! # Limitations
//! What the kernel cannot enforce is reported, not required: a run in an old container still
//! works, with processes and limits alone.

use rustix::process::{Pid, Resource, Rlimit, Signal, getppid, getrlimit, setrlimit};
use std::io;
use std::path::Path;

/// Most files that a worker has open: its socket, the document, the model.
const OPEN_FILES: u64 = 64;

/// Makes the kernel end this process together with `parent`.
pub(super) fn die_with(parent: u32) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    // It may have died before that took effect.
    let parent = i32::try_from(parent).ok().and_then(Pid::from_raw);
    if getppid() == parent { Ok(()) } else { Err(io::Error::other("the supervisor is gone")) }
}

/// Limits what does not change from document to document.
pub(super) fn limit(memory_mib: u64) -> io::Result<()> {
    lower(Resource::As, memory_mib.saturating_mul(1 << 20))?;
    lower(Resource::Core, 0)?;
    lower(Resource::Fsize, 0)?;
    lower(Resource::Nofile, OPEN_FILES)
}

/// Lowers a limit for good; one that is already lower stays.
fn lower(resource: Resource, to: u64) -> io::Result<()> {
    let now = getrlimit(resource);
    let lowest = |limit: Option<u64>| Some(limit.map_or(to, |limit| limit.min(to)));
    Ok(setrlimit(resource, Rlimit { current: lowest(now.current), maximum: lowest(now.maximum) })?)
}

/// Allows so many seconds of processor time from now on, for all threads together.
pub(super) fn limit_processor(seconds: u64) -> io::Result<()> {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let used = u64::try_from(used.tv_sec).unwrap_or(0);
    let maximum = getrlimit(Resource::Cpu).maximum;
    let wanted = used.saturating_add(1).saturating_add(seconds);
    let current = Some(maximum.map_or(wanted, |maximum| maximum.min(wanted)));
    Ok(setrlimit(Resource::Cpu, Rlimit { current, maximum })?)
}

/// Gives up files, network, signals and processes; says what is enforced. `models` stays
/// readable.
pub(super) fn forbid(models: Option<&Path>) -> String {
    let landlock = landlock(models);
    let seccomp = if system_calls().is_ok() { "full" } else { "none" };
    format!("landlock {landlock}, seccomp {seccomp}")
}

#[cfg(target_os = "linux")]
fn landlock(models: Option<&Path>) -> &'static str {
    use landlock::{
        ABI, Access, AccessFs, AccessNet, PathBeneath, PathFd, Ruleset, RulesetAttr,
        RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
    };
    // Scopes came with the sixth version of the interface; older kernels enforce what they know.
    const NEWEST: ABI = ABI::V6;
    let restricted = || -> Result<RulesetStatus, RulesetError> {
        let mut rules = Ruleset::default()
            .handle_access(AccessFs::from_all(NEWEST))?
            .handle_access(AccessNet::from_all(NEWEST))?
            .scope(Scope::from_all(NEWEST))?
            .create()?;
        if let Some(folder) = models.and_then(|path| PathFd::new(path).ok()) {
            rules = rules.add_rule(PathBeneath::new(folder, AccessFs::ReadFile))?;
        }
        Ok(rules.restrict_self()?.ruleset)
    };
    match restricted() {
        Ok(RulesetStatus::FullyEnforced) => "full",
        Ok(RulesetStatus::PartiallyEnforced) => "partial",
        Ok(RulesetStatus::NotEnforced) | Err(_) => "none",
    }
}

#[cfg(not(target_os = "linux"))]
fn landlock(_: Option<&Path>) -> &'static str {
    "none"
}

#[cfg(not(target_os = "linux"))]
fn system_calls() -> Result<(), ()> {
    Err(())
}

/// Forbids system calls that no document needs. The list names what is dangerous rather than what
/// is allowed: allocators and the C library change the calls they make from release to release.
#[cfg(target_os = "linux")]
fn system_calls() -> Result<(), seccompiler::Error> {
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule, TargetArch,
    };
    use std::collections::BTreeMap;
    let arch = if cfg!(target_arch = "x86_64") {
        TargetArch::x86_64
    } else if cfg!(target_arch = "riscv64") {
        TargetArch::riscv64
    } else {
        TargetArch::aarch64
    };
    let apply = |calls: BTreeMap<i64, Vec<SeccompRule>>, errno: i32| {
        let refuse = SeccompAction::Errno(errno as u32);
        let filter = SeccompFilter::new(calls, SeccompAction::Allow, refuse, arch)?;
        seccompiler::apply_filter(&BpfProgram::try_from(filter)?)
    };
    // The C library tries this call for threads and falls back to `clone`, whose flags a filter
    // can read.
    apply([(libc::SYS_clone3, Vec::new())].into(), libc::ENOSYS)?;
    let mut calls: BTreeMap<i64, Vec<SeccompRule>> =
        FORBIDDEN.iter().map(|call| (*call, Vec::new())).collect();
    let thread = libc::CLONE_THREAD as u64;
    let makes_a_process =
        SeccompCondition::new(0, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(thread), 0)?;
    calls.insert(libc::SYS_clone, vec![SeccompRule::new(vec![makes_a_process])?]);
    let of_another = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, 0)?;
    calls.insert(libc::SYS_prlimit64, vec![SeccompRule::new(vec![of_another])?]);
    apply(calls, libc::EPERM)
}

#[cfg(target_os = "linux")]
const FORBIDDEN: &[i64] = &[
    // Sockets: the only one is there already.
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    // Programs and processes.
    libc::SYS_execve,
    libc::SYS_execveat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_fork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_vfork,
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_send_signal,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_setsid,
    libc::SYS_setpgid,
    // Interfaces of the kernel with a long record of holes.
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_chroot,
    libc::SYS_pivot_root,
    libc::SYS_open_by_handle_at,
    // Messages to other processes.
    libc::SYS_shmget,
    libc::SYS_shmat,
    libc::SYS_msgget,
    libc::SYS_semget,
    libc::SYS_mq_open,
    // Metadata of files, which Landlock leaves open.
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chmod,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chown,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utimensat,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
];

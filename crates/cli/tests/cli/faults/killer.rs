//! Ends a process, without a word, at a moment that a server comes to or when its time is over.

use std::process::{Child, Command};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

pub(super) struct Killer<M> {
    process: Mutex<Option<Child>>,
    plan: Mutex<Option<(M, u32)>>,
}

impl<M> Default for Killer<M> {
    fn default() -> Self {
        Self { process: Mutex::default(), plan: Mutex::default() }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<M: PartialEq> Killer<M> {
    /// A moment that a server comes to. Whether that was the process's end.
    pub(super) fn watch(&self, moment: &M) -> bool {
        let mut plan = lock(&self.plan);
        match &mut *plan {
            Some((wanted, 0)) if wanted == moment => {
                self.kill();
                *plan = None;
                true
            }
            Some((wanted, left)) if wanted == moment => {
                *left -= 1;
                false
            }
            _ => false,
        }
    }

    fn kill(&self) {
        if let Some(process) = &mut *lock(&self.process) {
            // SIGKILL; one that is gone already cannot be killed.
            let _ = process.kill();
        }
    }

    /// Starts a command that ends at such a moment, after so many of its kind.
    pub(super) fn start(&self, command: &mut Command, plan: Option<(M, u32)>) {
        *lock(&self.plan) = plan;
        *lock(&self.process) = Some(command.spawn().expect("it can be started"));
    }

    /// Waits until it ends, or until the plan or the time kills it: its exit status, none where it was killed.
    pub(super) fn wait(&self, at_most: Option<Duration>) -> Option<i32> {
        let began = Instant::now();
        let status = loop {
            if let Some(process) = &mut *lock(&self.process)
                && let Some(status) = process.try_wait().expect("it can be waited for")
            {
                break status;
            }
            if at_most.is_some_and(|at_most| began.elapsed() >= at_most) {
                self.kill();
            }
            thread::sleep(Duration::from_millis(2));
        };
        *lock(&self.process) = None;
        *lock(&self.plan) = None;
        status.code()
    }
}

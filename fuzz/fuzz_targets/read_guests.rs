//! Any file is a guest list or a sentence, and each of its rows is counted once.
#![no_main]

mod caught;

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use engine::guests::preview;
use engine::guests::view::GuestSource;
use engine::vault::Vault;
use engine::{Engine, Failure, SystemClock};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::Runtime;

struct World {
    runtime: Runtime,
    engine: Engine,
    file: PathBuf,
    _folder: tempfile::TempDir,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (data, state) = (folder.path().join("data"), folder.path().join("state"));
    let open = Engine::open_with_state(&data, &state, Arc::new(SystemClock), Vec::new(), Vault::new(None, None));
    let engine = runtime.block_on(open).unwrap();
    World { runtime, engine, file: folder.path().join("guests"), _folder: folder }
});

fuzz_target!(init: caught::pass(), |bytes: &[u8]| {
    let world = &*WORLD;
    std::fs::write(&world.file, bytes).unwrap();
    let source = GuestSource::File { path: world.file.display().to_string() };
    match world.runtime.block_on(preview(&world.engine, source)) {
        Ok(preview) => {
            let usable = preview.new + preview.updated + preview.unchanged;
            let refused = preview.duplicates.len() + preview.invalid.len();
            assert_eq!(usable as usize + refused, preview.rows as usize, "each row is counted once: {preview:?}");
        }
        Err(error) => assert!(error.downcast_ref::<Failure>().is_some(), "what cannot be read is told in a sentence: {error:?}"),
    }
});

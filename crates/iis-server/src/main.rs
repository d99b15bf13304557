//! `openiis`: the one binary of OpenIIS.

/// A message is read, checked and answered on three threads, in thousands of small allocations that one thread makes and
/// another gives back: an allocator with a heap for each thread takes less of the processor for it than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    iis_server::cli::run()
}

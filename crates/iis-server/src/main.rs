//! `openiis`: the one binary of OpenIIS.

fn main() -> std::process::ExitCode {
    iis_server::cli::run()
}

//! What the values must fulfill beyond their type.

use super::Config;
use crate::drops::Folder;
use iis_model::EmailAddress;
use std::net::SocketAddr;

/// The keys whose values will not do, each with what would.
pub(super) fn check(config: &Config) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    let mut demand = |holds: bool, key, text: &str| {
        if !holds {
            wrong.push((key, text.to_owned()));
        }
    };
    let limits = &config.limits;
    let address = config.http.address.parse::<SocketAddr>().ok();
    demand(address.is_some(), "http.address", "must be an address and a port, such as 127.0.0.1:8080");
    demand(
        config.http.tls_certificate.is_empty() == config.http.tls_key.is_empty(),
        "http.tls_key",
        "certificate and key must be given together",
    );
    demand(
        address.is_none_or(|address| address.ip().is_loopback())
            || config.https()
            || config.http.plain_anywhere,
        "http.address",
        "plain HTTP is served on loopback only; give tls_certificate and tls_key, or say plain_anywhere = true behind a proxy",
    );
    demand(
        config.trusted_proxies().count() == config.http.trusted_proxies.len(),
        "http.trusted_proxies",
        "must be addresses, such as 192.0.2.1",
    );
    check_mllp(config, &mut demand);
    check_files(config, &mut demand);
    check_mail(config, &mut demand);
    check_scanner(config, &mut demand);
    check_single_sign_on(config, &mut demand);
    let url = &config.database;
    demand(
        ["", "sqlite:", "postgres://", "postgresql://"]
            .iter()
            .any(|start| if start.is_empty() { url.is_empty() } else { url.starts_with(start) }),
        "database",
        "must start with sqlite: or postgres://",
    );
    demand(
        jiff::tz::TimeZone::get(&config.identity.time_zone).is_ok(),
        "identity.time_zone",
        "is not a known time zone",
    );
    demand(!config.exchange.processing_ids.is_empty(), "exchange.processing_ids", "must name at least one");
    demand(
        matches!(config.store.synchronous.as_str(), "full" | "normal"),
        "store.synchronous",
        "must be full or normal",
    );
    demand(matches!(config.log.format.as_str(), "json" | "text"), "log.format", "must be json or text");
    #[rustfmt::skip]
    let least = [
        ("limits.message_bytes",    limits.message_bytes,    1024),
        ("limits.connections",      limits.connections,      1),
        ("mllp.connections",        config.mllp.connections, 1),
        ("sftp.connections",        config.sftp.connections, 1),
        ("sftp.sender_connections", config.sftp.sender_connections, 1),
        ("sftp.open_files",         config.sftp.open_files,  1),
        ("limits.exchanges",        limits.exchanges,        1),
        ("limits.body_bytes",       limits.body_bytes,       limits.message_bytes),
        ("limits.password_threads", limits.password_threads, 1),
        ("limits.password_queue",   limits.password_queue,   1),
        ("limits.print_threads",    limits.print_threads,    1),
        ("store.readers",           config.store.readers,    1),
        ("store.writers",           config.store.writers,    1),
        ("store.queue",             config.store.queue,      1),
    ];
    for (key, value, smallest) in least {
        demand(value >= smallest, key, &format!("must be at least {smallest}"));
    }
    let factor = config.sign_in.second_factor.as_str();
    demand(matches!(factor, "required" | "offered"), "sign_in.second_factor", "must be required or offered");
    demand(config.exchange.candidate_limit >= 1, "exchange.candidate_limit", "must be at least 1");
    for (key, seconds) in [
        ("limits.request_seconds", limits.request_seconds),
        ("limits.header_seconds", limits.header_seconds),
        ("limits.write_seconds", limits.write_seconds),
        ("mllp.idle_seconds", config.mllp.idle_seconds),
        ("mllp.frame_seconds", config.mllp.frame_seconds),
        ("sftp.sign_in_seconds", config.sftp.sign_in_seconds),
        ("sftp.idle_seconds", config.sftp.idle_seconds),
        ("files.scan_seconds", config.files.scan_seconds),
        ("scanner.seconds", config.scanner.seconds),
        ("audit.seal_seconds", config.audit.seal_seconds),
    ] {
        demand((1..=3600).contains(&seconds), key, "must be between 1 and 3600 seconds");
    }
    wrong
}

fn check_mllp(config: &Config, demand: &mut impl FnMut(bool, &'static str, &str)) {
    let mllp = &config.mllp;
    demand(
        mllp.address.is_empty() || mllp.plain().is_some(),
        "mllp.address",
        "must be an address and a port, such as 127.0.0.1:2575",
    );
    demand(
        mllp.tls_address.is_empty() || mllp.secure().is_some(),
        "mllp.tls_address",
        "must be an address and a port, such as 0.0.0.0:2576",
    );
    demand(
        mllp.plain().is_none_or(|address| address.ip().is_loopback()) || mllp.plain_anywhere,
        "mllp.address",
        "MLLP without TLS is served on loopback only; give tls_address, or say plain_anywhere = true in a private network",
    );
    demand(
        mllp.tls_certificate.is_empty() == mllp.tls_key.is_empty(),
        "mllp.tls_key",
        "certificate and key must be given together",
    );
    demand(
        mllp.tls_address.is_empty() || !mllp.tls_certificate.is_empty() || config.https(),
        "mllp.tls_address",
        "needs tls_certificate and tls_key, here or in the section http",
    );
}

fn check_single_sign_on(config: &Config, demand: &mut impl FnMut(bool, &'static str, &str)) {
    let set = &config.single_sign_on;
    let plain_here = ["http://localhost", "http://127.0.0.1"].iter().any(|start| {
        set.issuer.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    });
    demand(
        set.issuer.is_empty() || set.issuer.starts_with("https://") || plain_here,
        "single_sign_on.issuer",
        "must start with https://",
    );
    demand(
        set.issuer.is_empty() || !set.client_id.is_empty(),
        "single_sign_on.client_id",
        "must be the name under which the issuer knows this registry",
    );
}

fn check_mail(config: &Config, demand: &mut impl FnMut(bool, &'static str, &str)) {
    let mail = &config.mail;
    let host = mail.host();
    demand(
        !mail.is_sent() || host.is_some(),
        "mail.server",
        "must be a name or an address with a port, such as smtp.example.gov:587",
    );
    demand(
        matches!(mail.security.as_str(), "starttls" | "tls" | "none"),
        "mail.security",
        "must be starttls, tls or none",
    );
    let is_here = host.is_none_or(|(host, _)| host == "localhost" || host.starts_with("127."));
    demand(
        mail.security != "none" || is_here,
        "mail.security",
        "mail leaves this machine encrypted only: starttls or tls",
    );
    demand(
        !mail.is_sent() || mail.sender.parse::<EmailAddress>().is_ok(),
        "mail.sender",
        "must be an address, such as registry@example.gov",
    );
    demand(
        mail.user.is_empty() == mail.password_file.is_empty(),
        "mail.password_file",
        "user and password must be given together",
    );
}

fn check_scanner(config: &Config, demand: &mut impl FnMut(bool, &'static str, &str)) {
    let scanner = &config.scanner;
    demand((1..=64).contains(&scanner.at_once), "scanner.at_once", "must be between 1 and 64");
    let has_port = |(host, port): (&str, &str)| !host.is_empty() && port.parse::<u16>().is_ok();
    demand(
        scanner.clamd.is_empty() || scanner.clamd.rsplit_once(':').is_some_and(has_port),
        "scanner.clamd",
        "must be a name or an address with a port, such as 127.0.0.1:3310",
    );
    demand(
        scanner.clamd.is_empty() || scanner.command.is_empty(),
        "scanner.command",
        "one scanner is asked: give clamd or command",
    );
}

fn check_files(config: &Config, demand: &mut impl FnMut(bool, &'static str, &str)) {
    let sftp = &config.sftp;
    demand(
        sftp.address.is_empty() || sftp.listens().is_some(),
        "sftp.address",
        "must be an address and a port, such as 0.0.0.0:2222",
    );
    demand(
        sftp.address.is_empty() || cfg!(feature = "sftp"),
        "sftp.address",
        "this build has no SFTP server (feature sftp); use drop_folders with a server of your own",
    );
    demand(
        config.files.drop_folders.iter().all(|text| Folder::configured(text).is_some()),
        "files.drop_folders",
        "must be SENDER=FOLDER, such as \"river-clinic=/srv/sftp/river\"",
    );
}

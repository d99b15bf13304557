//! TLS to PostgreSQL: what each `sslmode` accepts, against a server with a certificate of the test's own authority.

use iis_store::select::Select;
use iis_store::testing::{Cluster, shared_cluster};
use iis_store::{Store, StoreConfig, StoreError};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use std::fs;
use std::path::Path;

fn authority(file: &Path) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.distinguished_name.push(DnType::CommonName, file.display().to_string());
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let issuer = CertifiedIssuer::self_signed(params, key).expect("signed");
    fs::write(file, issuer.pem()).expect("written");
    issuer
}

/// Opens a store there and asks the server whether the connection is encrypted.
fn is_encrypted(url: &str) -> Result<bool, StoreError> {
    let store = Store::open(&StoreConfig { readers: 1, writers: 1, ..StoreConfig::new(url) })?;
    let select = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let found = store.read_blocking(move |tx| tx.select::<bool>(&Select::new(select)));
    store.close_blocking();
    Ok(found?[0])
}

#[test]
fn each_sslmode_encrypts_and_verifies_what_it_promises() {
    if shared_cluster().is_none() {
        return; // said there, and refused in the automatic run
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name);
    let issuer = authority(&file("authority.pem"));
    authority(&file("stranger.pem"));
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
    let certificate = params.signed_by(&key, &issuer).expect("signed");
    let tls = Cluster::with_tls(&certificate.pem(), &key.serialize_pem()).expect("server programs are there");
    let by_name = tls.url().replace("127.0.0.1", "localhost");
    let by_number = tls.url().to_owned();
    let plain = shared_cluster().expect("looked for before").url().to_owned();
    let (known, stranger) = (file("authority.pem"), file("stranger.pem"));
    let (known, stranger) = (known.display(), stranger.display());
    #[rustfmt::skip]
    let table = [
        // server      asked for                                             what becomes of it
        (&by_name,     String::new(),                                        Ok(true)),
        (&by_name,     "sslmode=prefer".to_owned(),                          Ok(true)),
        (&by_name,     "sslmode=disable".to_owned(),                         Ok(false)),
        (&by_number,   "sslmode=require".to_owned(),                         Ok(true)),
        (&by_name,     format!("sslmode=require&sslrootcert={known}"),       Ok(true)),
        (&by_name,     format!("sslmode=require&sslrootcert={stranger}"),    Err("UnknownIssuer")),
        (&by_name,     format!("sslmode=verify-full&sslrootcert={known}"),   Ok(true)),
        (&by_name,     format!("sslmode=verify-full&sslrootcert={stranger}"),Err("UnknownIssuer")),
        (&by_number,   format!("sslmode=verify-full&sslrootcert={known}"),   Err("not valid for name")),
        (&by_name,     "sslmode=verify-full".to_owned(),                     Err("UnknownIssuer")),
        (&by_name,     "sslmode=verify-ca".to_owned(),                       Err("none of disable, prefer")),
        (&by_name,     "sslmode=verify-full&sslrootcert=/none".to_owned(),   Err("holds no certificates")),
        (&plain,       "sslmode=prefer".to_owned(),                          Ok(false)),
        (&plain,       "sslmode=require".to_owned(),                         Err("does not support TLS")),
    ];
    for (server, asked, expected) in table {
        let separator = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{separator}{asked}");
        match (is_encrypted(&url), expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{asked}"),
            (Err(error), Err(part)) => {
                let text = error.to_string();
                assert!(text.contains(part), "{asked}: {text}");
            }
            (found, expected) => panic!("{asked}: {found:?} instead of {expected:?}"),
        }
    }
}

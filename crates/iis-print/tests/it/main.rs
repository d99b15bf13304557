//! What comes out, looked at by programs of others: poppler reads text, tags and pictures back, rqrr the code.

mod documents;
mod hostile;
mod poppler;
mod templates;

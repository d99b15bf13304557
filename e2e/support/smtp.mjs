// A mail server on the loopback that keeps what it gets: enough of SMTP for one sender.

import { createServer } from 'node:net';

// Starts it on a free port. `letters` are what came: to whom, subject, text.
export async function startMailServer() {
  const letters = [];
  const server = createServer((socket) => {
    let [buffer, isData, to] = ['', false, []];
    const say = (line) => socket.write(`${line}\r\n`);
    say('220 tests');
    socket.setEncoding('utf8').on('error', () => {}).on('data', (text) => {
      buffer += text;
      for (;;) {
        const end = buffer.indexOf(isData ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + (isData ? 5 : 2));
        if (isData) {
          letters.push(letter(to, line));
          [isData, to] = [false, []];
          say('250 kept');
        } else if (/^(EHLO|HELO)/i.test(line)) say('250 tests');
        else if (/^RCPT/i.test(line)) {
          to.push(/<([^>]*)>/.exec(line)?.[1] ?? '');
          say('250 known');
        } else if (/^DATA/i.test(line)) {
          isData = true;
          say('354 go on');
        } else if (/^QUIT/i.test(line)) {
          say('221 bye');
          socket.end();
        } else say('250 well');
      }
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, letters, stop: () => server.close() };
}

function letter(to, raw) {
  const cut = raw.indexOf('\r\n\r\n');
  const [head, body] = [raw.slice(0, cut).replaceAll(/\r\n[ \t]+/g, ' '), raw.slice(cut + 4)];
  const field = (name) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1] ?? '';
  const encoding = field('Content-Transfer-Encoding').trim().toLowerCase();
  const text =
    encoding === 'base64'
      ? Buffer.from(body, 'base64').toString()
      : encoding === 'quoted-printable'
        ? Buffer.from(
            body.replaceAll('=\r\n', '').replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))),
            'latin1',
          ).toString()
        : body;
  return { to, subject: field('Subject'), text };
}

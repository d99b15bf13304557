// Makes the files that the binary serves to browsers: takes what is used from the npm packages and from this folder,
// names each file by its content, compresses it, and writes a Rust table of them.
//
//   node assets/bundle.mjs OUT_DIR        (run by build.rs, in the folder of the crate)
//
// What is served is listed here and nowhere else: FONTS, ICONS, IMAGES, then the style sheet and the scripts.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const USWDS = "node_modules/@uswds/uswds/dist";
const HTMX = "node_modules/htmx.org/dist";
const out = join(process.argv[2], "browser-files");

/** The faces that our pages use: text, strong, emphasis, and codes and lots. */
const FONTS = [
  "source-sans-pro/sourcesanspro-regular-webfont.woff2",
  "source-sans-pro/sourcesanspro-bold-webfont.woff2",
  "source-sans-pro/sourcesanspro-italic-webfont.woff2",
  "roboto-mono/roboto-mono-v5-latin-regular.woff2",
];

/** The symbols of the USWDS sprite that templates name. A test compares this list with the templates. */
const ICONS = [
  "account_circle", "check_circle", "expand_more", "help_outline", "info", "keyboard", "lock", "logout", "person", "print",
  "public", "search", "settings", "warning",
];

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

const files = [];

/** Writes one file under a name made from its content, and answers with the address. */
function publish(constant, name, content) {
  const bytes = Buffer.from(content);
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const hashed = `${basename(name, extname(name))}.${digest}${extname(name)}`;
  const path = join(out, hashed);
  writeFileSync(path, bytes);
  const packed = extname(name) !== ".woff2" && extname(name) !== ".png";
  if (packed) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  }
  files.push({ constant, hashed, type: TYPES[extname(name)], path, packed });
  return `/assets/${hashed}`;
}

/** The used symbols of the sprite as a sprite of its own. */
function sprite() {
  const whole = readFileSync(`${USWDS}/img/sprite.svg`, "utf8");
  const symbols = ICONS.map((icon) => {
    const found = whole.match(new RegExp(`<symbol id="${icon}"[^>]*>.*?</symbol>`, "s"));
    if (!found) throw new Error(`the USWDS sprite has no symbol "${icon}"`);
    return found[0];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

/** The USWDS style sheet: our faces only, headings in the text face, and every address hashed. */
function styles() {
  let css = readFileSync(`${USWDS}/css/uswds.min.css`, "utf8");
  css = css.replace(/\/\*# sourceMappingURL=.*?\*\//g, "").replace(/^@charset "UTF-8";/, "");
  css = css.replace(/@font-face\{[^}]*\}/g, (face) => (FONTS.some((font) => face.includes(font)) ? face : ""));
  css = css.replace(/Merriweather Web,[^;}!]*/g, "Source Sans Pro Web,Helvetica Neue,Helvetica,Roboto,Arial,sans-serif");
  const published = new Map();
  css = css.replace(/url\(\.\.\/(fonts|img)\/([^)]+)\)/g, (_, folder, name) => {
    if (/\.(jpg|gif)$/.test(name)) return "none";
    const from = `${USWDS}/${folder}/${name}`;
    if (!published.has(from)) published.set(from, publish(null, name.replaceAll("/", "-"), readFileSync(from)));
    return `url(${published.get(from)})`;
  });
  return `@charset "UTF-8";${css}\n${own("openiis.css")}`;
}

/** A file of this folder. */
function own(name) {
  return readFileSync(join("assets", name), "utf8");
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
publish("SPRITE", "sprite.svg", sprite());
publish("FLAG", "us-flag.png", readFileSync(`${USWDS}/img/us_flag_small.png`));
publish("MARK", "mark.svg", own("mark.svg"));
publish("STYLES", "openiis.css", styles());
publish("HTMX", "htmx.js", readFileSync(`${HTMX}/htmx.min.js`, "utf8").replace(/\n\/\/# sourceMappingURL=.*/, ""));
publish("SCRIPT", "openiis.js", own("openiis.js"));

const include = (path) => `include_bytes!(${JSON.stringify(path)})`;
const rows = files.map(({ hashed, type, path, packed }) => {
  const variant = (suffix) => (packed ? `Some(${include(path + suffix)})` : "None");
  return `    Asset { name: ${JSON.stringify(hashed)}, content_type: ${JSON.stringify(type)}, plain: ${include(path)}, brotli: ${variant(".br")}, gzip: ${variant(".gz")} },`;
});
const constants_ = files
  .filter(({ constant }) => constant)
  .map(({ constant, hashed }) => `pub(crate) const ${constant}: &str = "/assets/${hashed}";`);
const table = `pub(crate) static ASSETS: &[Asset] = &[\n${rows.join("\n")}\n];\n`;
writeFileSync(join(process.argv[2], "assets.rs"), `${table}${constants_.join("\n")}\n`);

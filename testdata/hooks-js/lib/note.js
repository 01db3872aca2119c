// note appends a line to the log that the suite compares: what ran, in which order.
const fs = require('fs');

module.exports = (text) => fs.appendFileSync(process.env.HOOKS_SUITE_LOG, `${text}\n`);

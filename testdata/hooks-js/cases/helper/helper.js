const hooks = require('hooks');
const note = require('note');

exports.seed = () => hooks.beforeAll((transactions) => note(`seed ${transactions.length}`));
exports.tell = (transaction) => note(transaction.name);

// shows: an assertion of chai in beforeAll fails all transactions
const hooks = require('hooks');
const note = require('note');
const names = require('names');

const { assert } = require('chai');
hooks.beforeAll((transactions) => assert.equal(transactions.length, 7));
hooks.after(names.view, (transaction) => note('after view'));

// shows: an assertion of chai in afterAll comes too late
const hooks = require('hooks');
const note = require('note');
const names = require('names');

const { assert } = require('chai');
hooks.afterAll((transactions) => assert.equal(transactions.length, 7));

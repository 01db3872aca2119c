const note = require('note');

global.suite = 'set';
note('required');

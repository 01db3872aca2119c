// shows: a helper that requires hooks
// differs: order: helpers may require hooks; Dredd lets only the hook file
// bailiff order: seed 5, Items > Items > List

const hooks = require('hooks');
const helper = require('./helper');

helper.seed();
hooks.after('Items > Items > List', (transaction) => helper.tell(transaction));

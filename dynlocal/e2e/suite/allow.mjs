// Where DynamoDB Local 3.3.1 is known to differ from the service, and why dynlocal is right. Each row names the cases and
// cites the AWS documentation, or says what the engine itself does; a row that some case does not need is an error.
const rows = [
  [['batches: an unknown ReturnConsumedCapacity', 'batches: two unknown values', 'batches: an unknown value before a missing table', 'batches: an unknown value when reading',
    'batches: an unknown value when reading no table', 'GetItem: knows its values of ReturnConsumedCapacity', 'transactions: an unknown ReturnConsumedCapacity', 'transactions: two unknown values',
    'transactions: an unknown value before a missing table', 'transactions: an unknown value when reading'],
  'API Reference, BatchGetItem, BatchWriteItem, GetItem, TransactGetItems, TransactWriteItems: ReturnConsumedCapacity has valid values INDEXES | TOTAL | NONE; here any'],
  [['tables: knows its billing modes'], 'API Reference, CreateTable: BillingMode has valid values PROVISIONED | PAY_PER_REQUEST; here another is an InternalFailure'],
  [['batches: costs of reads', 'batches: costs of consistent reads'],
    'Developer Guide, DynamoDB read and write operations: a read of an item that does not exist consumes capacity; here not in a batch'],
  [['transactions: costs double', 'transactions: reads cost double'],
    'API Reference, ConsumedCapacity: ReadCapacityUnits and WriteCapacityUnits are those of the operation; here they are absent, and capacity of transactions is wrong'],
  [['batches: collection metrics', 'DeleteItem: counts every index it leaves', 'PutItem: counts every index it writes', 'transactions: collection metrics'],
    'API Reference, PutItem: ItemCollectionMetrics is given when SIZE asks for it and the table has a local index; here never'],
  [['batches: a number key twice, written two ways'], 'Developer Guide, Data types, Number: leading and trailing zeros are trimmed, so 1 and 1.0 are one key'],
  [["PutItem: refuses the number '0e126'", "PutItem: refuses the number '0e-131'"],
    'Developer Guide, Data types, Number: magnitudes from 1E-130 to 9.9E+125, of zero by the exponent that it is written with; here zero is exempt'],
  [['Query: reports a bad operand before the table'], 'Two mistakes, one of them a missing table: the service checks the expression first, as API Reference, Query, ValidationException; here the table'],
  [['settings: tags of CreateTable', 'settings: tags are added', 'settings: tags are replaced', 'settings: tags are removed', 'settings: tags come in pages of ten', 'settings: tags of what is no ARN',
    'settings: tags of no table', 'settings: tags added to no table'],
  'Developer Guide, DynamoDB Local usage notes: tagging is not supported in DynamoDB Local'],
  [['settings: endpoints'], 'API Reference, DescribeEndpoints; here an unknown operation'],
  [['tables: on demand'], 'API Reference, TableDescription: TableId is the identifier of the table; here there is none, and ARNs have the region ddblocal'],
  [['tables: a class', 'tables: the class'], 'API Reference, CreateTable: TableClass; here it is ignored'],
  [['tables: encryption'], 'Developer Guide, DynamoDB Local usage notes: encryption at rest is not there'],
  [['tables: throughput on demand, provisioned', 'tables: on demand with throughput'],
    'API Reference, CreateTable: ProvisionedThroughput cannot be specified if BillingMode is PAY_PER_REQUEST; here it can'],
  [['tables: a deleted table is gone'], 'API Reference, DeleteTable: the table goes into the DELETING state; here the answer says ACTIVE'],
  [['tables: an index more', 'tables: an index less'], 'API Reference, UpdateTable is asynchronous: here the index is being made when the answer comes, and dynlocal is done at once'],
  [['limits: reads a batch by ARN and answers by it'], 'API Reference, BatchGetItem: Responses is a map of table name or table ARN, as the request has it; here always the name'],
  [['limits: transactions by ARN'], 'API Reference, Get, Put: TableName may be the ARN of the table; here there is no such table'],
  [['transactions: a list as key'], 'API Reference, TransactWriteItems: a mistake of one item is a reason of the cancellation; here a ValidationException'],
  [['transactions: an update that grows too large', 'transactions: an update that finds no operand'],
    'API Reference, TransactionCanceledException: among the messages of the reason ValidationError; here a ValidationException'],
  [['transactions: a read without key'], 'API Reference, TransactionCanceledException: CancellationReasons has an element for each item; here there are none'],
  [['UpdateItem: ReturnValues UPDATED_OLD', 'UpdateItem: ReturnValues UPDATED_NEW'],
    'API Reference, UpdateItem: UPDATED_OLD and UPDATED_NEW return only the updated attributes; here the whole attribute in which one was'],
]

const reasons = new Map(rows.flatMap(([names, reason]) => names.map((name) => [name, reason])))

// allowed gives the reason for which a case may fail on DynamoDB Local, if there is one.
export const allowed = (id) => reasons.get(id)

// stale gives the rows of cases that there are not.
export const stale = (seen) => [...reasons.keys()].filter((id) => !seen.has(id))

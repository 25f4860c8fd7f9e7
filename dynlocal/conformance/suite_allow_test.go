package conformance

// suiteAllowances are the cases of the suite about which DynamoDB Local is known to differ, and where the rule is
// written down.
var suiteAllowances = []struct {
	why   string
	cases []string
}{
	{
		"API Reference, BatchGetItem, BatchWriteItem, GetItem, TransactGetItems, TransactWriteItems: ReturnConsumedCapacity " +
			"has valid values INDEXES | TOTAL | NONE; here any",
		[]string{
			"batches: an unknown ReturnConsumedCapacity", "batches: two unknown values", "batches: an unknown value before a missing table",
			"batches: an unknown value when reading", "batches: an unknown value when reading no table", "get: knows its values of ReturnConsumedCapacity",
			"transactions: an unknown ReturnConsumedCapacity", "transactions: two unknown values",
			"transactions: an unknown value before a missing table", "transactions: an unknown value when reading",
		},
	},
	{
		"Developer Guide, DynamoDB read and write operations: a read of an item that does not exist consumes capacity; here not in a batch",
		[]string{"batches: costs of reads", "batches: costs of consistent reads"},
	},
	{
		"API Reference, PutItem, ItemCollectionMetrics: given when SIZE asks for it and the table has a local index; here never",
		[]string{
			"batches: collection metrics", "put: counts every index it writes", "delete: counts every index it leaves",
			"transactions: collection metrics",
		},
	},
	{
		"Developer Guide, Data types, Number: leading and trailing zeros are trimmed, so 1 and 1.0 are one key; here two in a batch",
		[]string{"batches: a number key twice, written two ways"},
	},
	{
		"Developer Guide, Data types, Number: magnitudes from 1E-130 to 9.9E+125, of zero by the exponent that it is written with; " +
			"here zero is exempt",
		[]string{"put: refuses the number '0e126'", "put: refuses the number '0e-131'"},
	},
	{
		"API Reference, DeleteItem: ReturnConsumedCapacity NONE, the default, gives no details; here of an item that is not there",
		[]string{"delete: removes what is not there", "delete: ALL_OLD gives nothing of nothing"},
	},
	{
		"API Reference, UpdateItem: UPDATED_OLD and UPDATED_NEW return only the updated attributes; here the whole attribute in which one was",
		[]string{"update: ReturnValues UPDATED_OLD", "update: ReturnValues UPDATED_NEW"},
	},
	{
		"API Reference, ConsumedCapacity: ReadCapacityUnits and WriteCapacityUnits are those of the operation; here absent, and " +
			"the capacity of transactions is wrong",
		[]string{"transactions: costs double", "transactions: reads cost double"},
	},
	{
		"API Reference, TransactionCanceledException: a mistake of one item, or of an update that does not fit its item, is a reason, " +
			"of which there is one for each item; here a ValidationException, or no reasons",
		[]string{"transactions: a list as key", "transactions: a read without key", "transactions: an update that finds no operand"},
	},
	{
		"Developer Guide, Global secondary indexes: key values need not be unique, and the order of items with the same is not defined",
		[]string{"query: an index includes more"},
	},
	{
		"API Reference, Query, ValidationException: of two mistakes, one of them a table that does not exist, the expression is checked first",
		[]string{"query: reports a bad operand before the table"},
	},
	{
		"API Reference, CreateTable: BillingMode has valid values PROVISIONED | PAY_PER_REQUEST; here another is an InternalFailure",
		[]string{"tables: knows its billing modes"},
	},
	{
		"API Reference, CreateTable: ProvisionedThroughput cannot be specified if BillingMode is PAY_PER_REQUEST; here it can",
		[]string{"tables: throughput on demand, provisioned", "tables: on demand with throughput"},
	},
	{
		"API Reference, UpdateTable: TableClass can be all that changes; here ignored",
		[]string{"tables: the class"},
	},
}

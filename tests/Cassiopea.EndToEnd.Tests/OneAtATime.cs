// each test runs the whole system: two at once would measure each other
[assembly: CollectionBehavior(DisableTestParallelization = true)]

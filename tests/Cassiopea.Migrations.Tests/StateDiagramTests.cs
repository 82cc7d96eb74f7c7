using System.Text;
using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Migrations.Tests;

/// <summary>The diagram in docs/architecture.md is drawn from the machine; CASSIOPEA_UPDATE_SNAPSHOTS=1 draws it anew.</summary>
public sealed class StateDiagramTests
{
    private const string Begin = "<!-- state diagram: begin (made by tests/Cassiopea.Migrations.Tests) -->";
    private const string End = "<!-- state diagram: end -->";

    [Fact]
    public void The_diagram_in_the_architecture_page_is_the_machine()
    {
        var file = Path.Combine(Root(), "docs", "architecture.md");
        var page = File.ReadAllText(file);
        var (from, to) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        Assert.True(from >= 0 && to > from, $"docs/architecture.md lacks the lines {Begin} and {End}.");
        var now = page[..(from + Begin.Length)] + "\n```mermaid\n" + Draw() + "```\n" + page[to..];
        if (Environment.GetEnvironmentVariable("CASSIOPEA_UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(file, now);
        else
            Assert.True(page == now, "docs/architecture.md does not show the machine as it is: run this test with CASSIOPEA_UPDATE_SNAPSHOTS=1 and look at the difference.");
    }

    /// <summary>An edge without a name is taken by the facts alone; the others are commands of people.</summary>
    internal static string Draw()
    {
        // the core's GetGraph() joins all edges of one event at one vertex; a visitor of our own keeps them apart
        var visitor = new TransitionVisitor();
        MatrixTests.Machine().Accept(visitor);
        var order = Enum.GetNames<MigrationState>().Prepend("Initial").Append("Final").ToList();
        var text = new StringBuilder("stateDiagram-v2\n");
        foreach (var edge in visitor.Found.Where(e => e.To != "Final")
            .GroupBy(e => (e.From, e.To))
            .OrderBy(g => order.IndexOf(g.Key.From)).ThenBy(g => order.IndexOf(g.Key.To)))
        {
            var names = edge.Select(e => e.Name).Where(n => n != nameof(StoryMachine.Onward)).Order(StringComparer.Ordinal).ToList();
            if (names.Count > 0 && edge.Any(e => e.Name == nameof(StoryMachine.Onward)))
                names.Add("or by the facts");
            text.Append("    ").Append(edge.Key.From == "Initial" ? "[*]" : edge.Key.From).Append(" --> ").Append(edge.Key.To)
                .Append(names.Count > 0 ? " : " + string.Join(", ", names) : "").Append('\n');
        }

        return text.ToString();
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Cassiopea.Aspire.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The repository was not found above the tests.");
    }

    private sealed class TransitionVisitor : StateMachineVisitor
    {
        private string _state = "";
        private string _event = "";

        public HashSet<(string From, string Name, string To)> Found { get; } = [];

        public void Visit(State state, Action<State> next)
        {
            _state = state.Name;
            next(state);
        }

        public void Visit(Event @event, Action<Event> next)
        {
            _event = @event.Name;
            next(@event);
        }

        public void Visit<TData>(Event<TData> @event, Action<Event<TData>> next) where TData : class
        {
            _event = @event.Name;
            next(@event);
        }

        public void Visit(IStateMachineActivity activity) => Note(activity);

        public void Visit(IStateMachineActivity activity, Action<IStateMachineActivity> next)
        {
            Note(activity);
            next(activity);
        }

        public void Visit<T>(IBehavior<T> behavior) where T : class, SagaStateMachineInstance
        {
        }

        public void Visit<T>(IBehavior<T> behavior, Action<IBehavior<T>> next) where T : class, SagaStateMachineInstance => next(behavior);

        public void Visit<T, TData>(IBehavior<T, TData> behavior) where T : class, SagaStateMachineInstance where TData : class
        {
        }

        public void Visit<T, TData>(IBehavior<T, TData> behavior, Action<IBehavior<T, TData>> next)
            where T : class, SagaStateMachineInstance where TData : class => next(behavior);

        private void Note(IStateMachineActivity activity)
        {
            if (activity is MassTransit.SagaStateMachine.TransitionActivity<Migration> transition)
                Found.Add((_state, _event, transition.ToState.Name));
        }
    }
}

using System.Reflection;
using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Migrations;

/// <summary>The words in which <see cref="MigrationStateMachine"/> tells its story.</summary>
internal abstract class StoryMachine : MassTransitStateMachine<Migration>
{
    private const int LongestWay = 32;

    private readonly HashSet<(string State, string Command)> _refused = [];

    protected StoryMachine() => InstanceState(m => m.CurrentState);

    /// <summary>Raised after each message until nothing moves any more.</summary>
    public Event Onward { get; protected set; } = null!;

    /// <summary>Commands of people that a state does not name: it only refuses them.</summary>
    public IReadOnlySet<(string State, string Command)> OnlyRefused => _refused;

    /// <summary>A way out of a state: taken when its condition holds and no earlier one did.</summary>
    protected sealed record Way(State State, StateMachineCondition<Migration> When, Action<BehaviorContext<Migration>>? Step);

    /// <summary>Follows the facts as far as they lead.</summary>
    public async Task FollowAsync(BehaviorContext<Migration> context)
    {
        for (var i = 0; i < LongestWay; i++)
        {
            var before = context.Saga.CurrentState;
            await context.Raise(Onward);
            if (context.Saga.CurrentState == before)
                return;
        }

        throw new InvalidOperationException($"The story of {context.Saga.CorrelationId} goes in circles at {context.Saga.CurrentState}.");
    }

    /// <summary>A command of a person, when it is permitted.</summary>
    protected EventActivityBinder<Migration, T> May<T>(Event<T> command) where T : class => When(command, MigrationSteps.Permitted);

    protected static Way To(State state, StateMachineCondition<Migration> when, Action<BehaviorContext<Migration>>? step = null) => new(state, when, step);

    /// <summary>Where the facts lead from here.</summary>
    protected EventActivities<Migration> Goes(params Way[] ways) => Goes(_ => { }, ways);

    /// <summary>Where the facts lead from here, and what is done while they lead nowhere.</summary>
    protected EventActivities<Migration> Goes(Action<BehaviorContext<Migration>> stay, params Way[] ways) => Take(When(Onward), stay, ways);

    /// <summary>Back to where a pause or a stop for staff came from.</summary>
    protected EventActivities<Migration> Return<T>(EventActivityBinder<Migration, T> command, State[] states) where T : class =>
        states is [var state, .. var rest]
            ? command.IfElse(
                c => c.Saga.HeldFrom.ToString() == state.Name,
                here => here.Then(MigrationSteps.GoOn).TransitionTo(state),
                elsewhere => (EventActivityBinder<Migration, T>)Return(elsewhere, rest))
            : command;

    /// <summary>Each message names its migration; one that names an unknown migration is refused to a person, and a fault else.</summary>
    protected void Correlate()
    {
        var correlate = typeof(StoryMachine).GetMethod(nameof(CorrelateOne), BindingFlags.NonPublic | BindingFlags.Instance)!;
        foreach (var property in GetType().GetProperties().Where(p => p.PropertyType.IsGenericType && p.PropertyType.GetGenericTypeDefinition() == typeof(Event<>)))
            correlate.MakeGenericMethod(property.PropertyType.GetGenericArguments()[0]).Invoke(this, [property]);
    }

    /// <summary>Commands of people that a state does not name: judged, and refused with what is allowed instead.</summary>
    protected void RefuseEverywhereElse()
    {
        var refuse = typeof(StoryMachine).GetMethod(nameof(RefuseOne), BindingFlags.NonPublic | BindingFlags.Instance)!;
        foreach (var property in GetType().GetProperties().Where(p => p.PropertyType.IsGenericType && p.PropertyType.GetGenericTypeDefinition() == typeof(Event<>)))
        {
            var message = property.PropertyType.GetGenericArguments()[0];
            if (message.GetProperty(nameof(PersonCommand.OperationId)) is not null)
                refuse.MakeGenericMethod(message).Invoke(this, [property.GetValue(this)]);
        }
    }

    private void RefuseOne<T>(Event<T> command) where T : class
    {
        foreach (var state in States.Where(s => s != Initial && s != Final && !NextEvents(s).Contains(command)).ToList())
        {
            _refused.Add((state.Name, command.Name));
            During(state, When(command).Then(c => Unexpected(c.Saga, command.Name)));
        }
    }

    private static void Unexpected(Migration m, string command)
    {
        if (m.Turn.Refusal is null)
            throw new InvalidOperationException($"{command} is permitted in {m.CurrentState}, but the story does not say what it does there.");
    }

    private static EventActivityBinder<Migration> Take(EventActivityBinder<Migration> binder, Action<BehaviorContext<Migration>> stay, Way[] ways) =>
        ways is [var way, .. var rest]
            ? binder.IfElse(
                way.When,
                here => (way.Step is null ? here : here.Then(way.Step)).TransitionTo(way.State),
                elsewhere => Take(elsewhere, stay, rest))
            : binder.Then(stay);

    private void CorrelateOne<T>(PropertyInfo property) where T : class
    {
        var migration = typeof(T).GetProperty(nameof(WakeUp.MigrationId))!.GetMethod!.CreateDelegate<Func<T, Guid>>();
        var operation = typeof(T).GetProperty(nameof(PersonCommand.OperationId))?.GetMethod!.CreateDelegate<Func<T, Guid>>();
        Event(Of<T>(property), x =>
        {
            x.CorrelateById(c => migration(c.Message));
            if (typeof(T) == typeof(RequestMigration))
                return;
            x.OnMissingInstance(missing => operation is null
                ? missing.Fault()
                : missing.ExecuteAsync(c => c.Publish(new CommandRefused(operation(c.Message), "not-found", "No such migration.", []), c.CancellationToken)));
        });
    }

    // MassTransit names an event by a property expression
    private System.Linq.Expressions.Expression<Func<Event<T>>> Of<T>(PropertyInfo property) where T : class =>
        System.Linq.Expressions.Expression.Lambda<Func<Event<T>>>(
            System.Linq.Expressions.Expression.Property(System.Linq.Expressions.Expression.Constant(this, GetType()), property));
}

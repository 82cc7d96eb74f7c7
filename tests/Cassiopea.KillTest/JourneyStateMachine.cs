using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.KillTest;

public sealed class Journey : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }

    public string CurrentState { get; set; } = "";

    public int Steps { get; set; }

    public Guid? DeadlineToken { get; set; }

    public uint Version { get; set; }
}

/// <summary>Three steps, one after the other, under a deadline that is taken away at the end.</summary>
public sealed class JourneyStateMachine : MassTransitStateMachine<Journey>
{
    public JourneyStateMachine()
    {
        InstanceState(journey => journey.CurrentState);
        Event(() => Abandoned, e => e.OnMissingInstance(missing => missing.Fault()));
        Schedule(
            () => Deadline,
            journey => journey.DeadlineToken,
            schedule => schedule.Received = received => received.CorrelateById(context => context.Message.CorrelationId));

        Initially(When(Begun)
            .Then(context => Note(context, nameof(Mail)))
            .Schedule(Deadline, context => new DeadlineReached(context.Saga.CorrelationId), context => context.Message.Deadline)
            .ThenAsync(context => context.SendCommand(new CarryMail(context.Saga.CorrelationId), context.CancellationToken))
            .TransitionTo(Mail));
        During(Mail, When(MailCarried)
            .Then(context => Note(context, nameof(Site)))
            .ThenAsync(context => context.SendCommand(new CarrySite(context.Saga.CorrelationId), context.CancellationToken))
            .TransitionTo(Site));
        During(Site, When(SiteCarried)
            .Then(context => Note(context, nameof(Database)))
            .ThenAsync(context => context.SendCommand(new CarryDatabase(context.Saga.CorrelationId), context.CancellationToken))
            .TransitionTo(Database));
        During(Database, When(DatabaseCarried)
            .Then(context => Note(context, nameof(Completed)))
            .Unschedule(Deadline)
            .TransitionTo(Completed));
        During(Mail, Site, Database, When(Deadline.Received).TransitionTo(TimedOut));
        During(Mail, Site, Database, When(Abandoned).Unschedule(Deadline).TransitionTo(Stopped));
        During(
            Completed, TimedOut, Stopped,
            Ignore(Deadline.Received), Ignore(Abandoned), Ignore(MailCarried), Ignore(SiteCarried), Ignore(DatabaseCarried));
    }

    public State Mail { get; private set; } = null!;

    public State Site { get; private set; } = null!;

    public State Database { get; private set; } = null!;

    public State Completed { get; private set; } = null!;

    public State TimedOut { get; private set; } = null!;

    public State Stopped { get; private set; } = null!;

    public Event<BeginJourney> Begun { get; private set; } = null!;

    public Event<AbandonJourney> Abandoned { get; private set; } = null!;

    public Event<MailCarried> MailCarried { get; private set; } = null!;

    public Event<SiteCarried> SiteCarried { get; private set; } = null!;

    public Event<DatabaseCarried> DatabaseCarried { get; private set; } = null!;

    public Schedule<Journey, DeadlineReached> Deadline { get; private set; } = null!;

    private static void Note<T>(BehaviorContext<Journey, T> context, string state) where T : class
    {
        context.Saga.Steps++;
        context.GetPayload<JourneyContext>().Add(new Transition { JourneyId = context.Saga.CorrelationId, State = state });
    }
}

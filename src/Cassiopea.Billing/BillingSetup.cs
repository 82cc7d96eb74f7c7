using Cassiopea.Billing.CheckInvoices;
using Cassiopea.Billing.ContestInvoices;
using Cassiopea.Billing.Dolibarr;
using Cassiopea.Billing.ImportInvoices;
using Cassiopea.Billing.ImportPayments;
using Cassiopea.Billing.RecordArrangement;
using Cassiopea.Billing.RecheckInvoices;
using Cassiopea.Billing.RecordPayment;
using Cassiopea.Billing.WaiveInvoices;
using Cassiopea.ServiceDefaults;

namespace Cassiopea.Billing;

/// <summary>The only place where Billing registers anything.</summary>
internal static class BillingSetup
{
    public static void AddBilling(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<BillingOptions>().BindConfiguration("Billing").ValidateDataAnnotations().ValidateOnStart();
        builder.AddDatabase<BillingContext>("billing-db");
        builder.Services.AddScoped<InvoiceImport>();
        builder.Services.AddScoped<PaymentRecording>();
        builder.Services.AddScoped<FourEyes>();
        builder.Services.AddScoped<Telling>();
        builder.Services.AddHostedService<StandingClock>();
        // its key goes to the address that was configured, and nowhere else
        builder.Services.AddHttpClient<DolibarrClient>().ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler { AllowAutoRedirect = false });
        builder.Services.AddScoped<DolibarrTurn>();
        builder.Services.AddHostedService<DolibarrClock>();
        builder.AddBus<BillingContext>("billing", bus =>
        {
            bus.AddConsumer<CheckInvoicesConsumer>();
            bus.AddConsumer<MigrationEndedConsumer>();
            bus.AddConsumer<ImportInvoicesConsumer>();
            bus.AddConsumer<RecordPaymentConsumer>();
            bus.AddConsumer<WaiveInvoicesConsumer>();
            bus.AddConsumer<RecordArrangementConsumer>();
            bus.AddConsumer<ImportPaymentsConsumer>();
            bus.AddConsumer<ContestInvoicesConsumer>();
            bus.AddConsumer<AnswerContestConsumer>();
            bus.AddConsumer<RecheckInvoicesConsumer>();
        });
    }
}

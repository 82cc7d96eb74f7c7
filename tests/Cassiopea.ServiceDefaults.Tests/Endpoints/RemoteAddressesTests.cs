using System.Net;
using System.Net.Sockets;
using Cassiopea.ServiceDefaults.Endpoints;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.Internal;

namespace Cassiopea.ServiceDefaults.Tests.Endpoints;

[Trait("Requirement", "sec-S8")]
public sealed class RemoteAddressesTests
{
    private static readonly int[] Imap = [143, 993];

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1.2.3")]
    [InlineData("127.255.255.254")]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.0.1")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.8")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.0.1")]
    [InlineData("192.168.255.255")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.7")]
    [InlineData("203.0.113.7")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.250")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("100::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456:789a::1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%2")]
    [InlineData("febf::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("ff0e::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("2002:a00:1::1")]
    [InlineData("3fff::1")]
    [InlineData("4000::1")]
    [InlineData("fd00:ec2::254")]
    public async Task An_address_inside_a_network_is_refused(string address) =>
        await Assert.ThrowsAsync<AddressRefusedException>(() => Answering(address).ResolveAsync("mail.exemple.be", 993, Imap, default));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("223.255.255.255")]
    [InlineData("2a00:1450::1")]
    [InlineData("2606:4700::1111")]
    [InlineData("64:ff9b::101:101")]
    [InlineData("::ffff:1.1.1.1")]
    public async Task A_public_address_is_taken(string address) =>
        Assert.Equal(IPAddress.Parse(address), await Answering(address).ResolveAsync("mail.exemple.be", 993, Imap, default));

    [Fact]
    public async Task A_name_with_one_inner_address_among_public_ones_is_refused() =>
        await Assert.ThrowsAsync<AddressRefusedException>(() => Answering("1.1.1.1", "127.0.0.1").ResolveAsync("mail.exemple.be", 993, Imap, default));

    [Fact]
    public async Task A_literal_address_is_judged_without_asking_the_DNS()
    {
        var addresses = new RemoteAddresses([], (_, _) => throw new InvalidOperationException("asked"));
        await Assert.ThrowsAsync<AddressRefusedException>(() => addresses.ResolveAsync("169.254.169.254", 993, Imap, default));
        await Assert.ThrowsAsync<AddressRefusedException>(() => addresses.ResolveAsync("::ffff:7f00:1", 993, Imap, default));
        Assert.Equal(IPAddress.Parse("1.1.1.1"), await addresses.ResolveAsync("1.1.1.1", 993, Imap, default));
    }

    [Fact]
    public async Task A_second_answer_of_the_DNS_cannot_lead_elsewhere()
    {
        var answers = new Queue<string>(["1.1.1.1", "127.0.0.1"]);
        var asked = 0;
        var addresses = new RemoteAddresses([], (_, _) =>
        {
            asked++;
            return Task.FromResult(new[] { IPAddress.Parse(answers.Dequeue()) });
        });
        Assert.Equal(IPAddress.Parse("1.1.1.1"), await addresses.ResolveAsync("mail.exemple.be", 993, Imap, default));
        Assert.Equal(1, asked);
        await Assert.ThrowsAsync<AddressRefusedException>(() => addresses.ResolveAsync("mail.exemple.be", 993, Imap, default));
    }

    [Fact]
    public async Task A_port_of_another_protocol_is_refused() =>
        await Assert.ThrowsAsync<AddressRefusedException>(() => Answering("1.1.1.1").ResolveAsync("mail.exemple.be", 22, Imap, default));

    [Fact]
    public async Task A_name_without_address_is_unreachable_not_refused() =>
        await Assert.ThrowsAsync<SocketException>(() => Answering().ResolveAsync("mail.exemple.be", 993, Imap, default));

    [Fact]
    public async Task A_lab_may_allow_its_own_network_with_any_port()
    {
        var addresses = RemoteAddresses.From(Settings("127.0.0.0/8, ::1/128"), new HostingEnvironment { EnvironmentName = "Development" });
        Assert.Equal(IPAddress.Loopback, await addresses.ResolveAsync("127.0.0.1", 40143, Imap, default));
        await Assert.ThrowsAsync<AddressRefusedException>(() => addresses.ResolveAsync("10.0.0.1", 993, Imap, default));
    }

    [Fact]
    public void Production_refuses_allowed_test_networks() =>
        Assert.Throws<InvalidOperationException>(() => RemoteAddresses.From(Settings("127.0.0.0/8"), new HostingEnvironment { EnvironmentName = "Production" }));

    [Fact]
    public void Something_that_is_no_network_is_refused_at_start() =>
        Assert.Throws<InvalidOperationException>(() => RemoteAddresses.From(Settings("localhost"), new HostingEnvironment { EnvironmentName = "Development" }));

    private static IConfiguration Settings(string networks) =>
        new ConfigurationBuilder().AddInMemoryCollection([new(RemoteAddresses.Setting, networks)]).Build();

    private static RemoteAddresses Answering(params string[] addresses) =>
        new([], (_, _) => Task.FromResult(addresses.Select(IPAddress.Parse).ToArray()));
}

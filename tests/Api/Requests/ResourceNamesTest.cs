using BktSmart.Ledger;
using BktSmart.Values;

namespace BktSmart.Requests;

public sealed class ResourceNamesTest
{
    private static readonly Iban Account = Iban.Albanian("205", "1234", "0000000012345678");

    [Fact]
    public void TryRead_OwnName_GivesTheSame()
    {
        var customer = CustomerNumber.From(123_456_789);
        var transfer = new TransferId(Guid.Parse("0190f5a0-0000-7000-8000-000000000001"));

        Assert.True(ResourceNames.TryReadAccount(ResourceNames.Of(Account), out var readAccount));
        Assert.True(ResourceNames.TryReadCustomer(ResourceNames.Of(customer), out var readCustomer));
        Assert.True(ResourceNames.TryReadTransfer(ResourceNames.Of(transfer), out var readTransfer));
        Assert.Equal((Account, customer, transfer), (readAccount, readCustomer, readTransfer));
    }

    [Fact]
    public void TryReadAccount_OtherForm_IsRefused()
    {
        string[] names =
        [
            "", "accounts/", Account.Value, $"Accounts/{Account.Value}", $"accounts/{Account.Value}/", $"accounts/{Account.ToPrinted()}",
            $"accounts/{Account.Value.ToLowerInvariant()}", $"accounts/{Account.Value[..^1]}", $"accounts//{Account.Value}",
        ];
        Assert.All(names, name => Assert.False(ResourceNames.TryReadAccount(name, out _), name));
    }

    [Theory]
    [InlineData("customers/")]
    [InlineData("customers/012345678")]
    [InlineData("customers/12345678")]
    [InlineData("customers/1234567890")]
    [InlineData("customers/12345678٩")]
    [InlineData("accounts/123456789")]
    public void TryReadCustomer_OtherForm_IsRefused(string name) => Assert.False(ResourceNames.TryReadCustomer(name, out _));

    [Theory]
    [InlineData("transfers/")]
    [InlineData("transfers/0190f5a000007000800000000000001")]
    [InlineData("transfers/00000000-0000-0000-0000-000000000000")]
    [InlineData("transfers/{0190f5a0-0000-7000-8000-000000000001}")]
    public void TryReadTransfer_OtherForm_IsRefused(string name) => Assert.False(ResourceNames.TryReadTransfer(name, out _));
}

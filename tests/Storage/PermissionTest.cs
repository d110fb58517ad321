using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>What the database itself refuses, whatever a program asks for.</summary>
public sealed class PermissionTest(TestServer server)
{
    [Theory]
    [InlineData("update bank.posting set amount_minor = amount_minor + 1")]
    [InlineData("delete from bank.posting")]
    [InlineData("truncate bank.posting")]
    [InlineData("update bank.transfer set amount_minor = 1")]
    [InlineData("delete from bank.transfer")]
    [InlineData("update bank.audit set staff = 'nobody'")]
    [InlineData("delete from bank.audit")]
    [InlineData("delete from bank.agreement")]
    [InlineData("update bank.account set floor_minor = -1000000")]
    [InlineData("update bank.account set customer_number = 100000001")]
    [InlineData("delete from bank.account")]
    [InlineData("insert into bank.account (account_number, currency, opened_at, balance_minor) values ('x', 'ALL', now(), 1000000)")]
    [InlineData("update bank.business_day set business_date = '2030-01-01'")]
    [InlineData("update bank.notification set body = ''")]
    [InlineData("update bank.customer set phone = '+355672000000'")]
    [InlineData("create table bank.mine (x integer)")]
    [InlineData("alter table bank.posting disable trigger all")]
    public async Task Silo_ChangeOfWhatIsBooked_IsDenied(string sql)
    {
        var database = await server.CreateDatabaseAsync();
        var exception = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(database.Silo, sql));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, exception.SqlState);
    }

    [Theory]
    [InlineData("update bank.posting set amount_minor = amount_minor + 1")]
    [InlineData("delete from bank.posting")]
    [InlineData("truncate bank.transfer")]
    [InlineData("delete from bank.audit")]
    [InlineData("update bank.agreement set version = 2")]
    public async Task Owner_ChangeOfWhatIsBooked_IsRefusedByTheTrigger(string sql)
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        await bank.OpenAccountAsync(100);
        var exception = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(bank.Database.Owner, sql));
        Assert.Equal(PostgresErrorCodes.RestrictViolation, exception.SqlState);
    }

    [Fact]
    public async Task Silo_OneSidedPosting_IsRefused()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var account = await bank.OpenAccountAsync(100);
        var exception = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(bank.Database.Silo, $"""
            insert into bank.posting (account_id, sequence_number, transfer_id, amount_minor, balance_after_minor, booked_at, business_date)
            values ({account.Id}, 2, gen_random_uuid(), 1000, 1100, now(), '2026-11-24')
            """));
        Assert.Equal(PostgresErrorCodes.CheckViolation, exception.SqlState);
        await bank.AssertSoundAsync();
    }

    [Theory]
    [InlineData("update bank.account set balance_minor = -1 where customer_number is not null", "balance_not_below_floor")]
    [InlineData("""
        insert into bank.transfer (transfer_id, debit_account_id, credit_account_id, amount_minor, booked_at, business_date, kind, reference)
        select gen_random_uuid(), account_id, account_id, 1, now(), now(), 1, '' from bank.account limit 1
        """, null)]
    public async Task Silo_ImpossibleRow_IsRefusedByAConstraint(string sql, string? constraint)
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        await bank.OpenAccountAsync(100);
        var exception = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(bank.Database.Silo, sql));
        Assert.Equal(PostgresErrorCodes.CheckViolation, exception.SqlState);
        if (constraint is not null)
            Assert.Equal(constraint, exception.ConstraintName);
    }
}
